namespace SleapNn.Demo;

/// <summary>What a generated scene is like.</summary>
public sealed record DemoOptions
{
    /// <summary>The height of a frame.</summary>
    public int HeightPx { get; init; } = 128;

    /// <summary>The width of a frame.</summary>
    public int WidthPx { get; init; } = 160;

    /// <summary>The number of animals.</summary>
    public int Animals { get; init; } = 1;

    /// <summary>The seed of everything random: the same options give the same pixels and the same truth.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The standard deviation of the noise of each pixel, in grey levels.</summary>
    public double NoiseLevels { get; init; } = 5;

    /// <summary>The number of leaves that lie over the ground and hide what crawls below them.</summary>
    public int Leaves { get; init; } = 3;

    /// <summary>Whether animals seek the middle and take no heed of each other, so that their ways cross again and again.</summary>
    public bool Crossing { get; init; }

    /// <summary>The size of the animals and of all else: 1 makes an animal about 35 pixels long. Each animal has the same room.</summary>
    internal double Scale => Math.Min(HeightPx, WidthPx) / (128 * Math.Sqrt(Animals));

    /// <summary>Throws where the options describe no scene.</summary>
    /// <exception cref="MediaException">A size or number is out of range (DemoOptions).</exception>
    public void Validate()
    {
        Require(HeightPx is >= 64 and <= 4096 && WidthPx is >= 64 and <= 4096, $"Frames must have 64 to 4096 pixels a side, not {WidthPx} x {HeightPx}.");
        Require(Animals is >= 1 and <= 20, $"A scene has 1 to 20 animals, not {Animals}.");
        Require(Scale >= 0.49, $"Frames of {WidthPx} x {HeightPx} pixels are too small for {Animals} animals: the shorter side needs {Math.Ceiling(64 * Math.Sqrt(Animals))} pixels.");
        Require(NoiseLevels is >= 0 and <= 100, $"The noise is between 0 and 100 grey levels, not {NoiseLevels}.");
        Require(Leaves is >= 0 and <= 100, $"A scene has 0 to 100 leaves, not {Leaves}.");
    }

    private static void Require(bool isTrue, string message)
    {
        if (!isTrue)
        {
            throw new MediaException("DemoOptions", message);
        }
    }
}
