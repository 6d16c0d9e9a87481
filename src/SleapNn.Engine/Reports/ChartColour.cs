namespace SleapNn.Reports;

/// <summary>A colour of a chart on white.</summary>
internal readonly record struct ChartColour(byte R, byte G, byte B)
{
    public static ChartColour Ink { get; } = new(31, 41, 55);

    public static ChartColour Soft { get; } = new(75, 85, 99);

    public static ChartColour Grid { get; } = new(229, 231, 235);

    public static ChartColour Blue { get; } = new(37, 99, 235);

    public static ChartColour LightBlue { get; } = new(147, 187, 253);

    public static ChartColour Orange { get; } = new(217, 95, 2);

    public string Hex => $"#{R:x2}{G:x2}{B:x2}";

    /// <summary>A colour between two.</summary>
    /// <param name="from">At 0.</param>
    /// <param name="to">At 1.</param>
    /// <param name="share">Where between.</param>
    public static ChartColour Between(ChartColour from, ChartColour to, double share) => new(Mix(from.R, to.R, share), Mix(from.G, to.G, share), Mix(from.B, to.B, share));

    private static byte Mix(byte from, byte to, double share) => (byte)Math.Round(from + ((to - from) * share));
}
