namespace SleapNn.Demo;

/// <summary>
/// A made-up insect that crawls about, seen from above: a thorax to which a head, an abdomen and two wings are joined.
/// It turns smoothly, keeps off the walls and, if not told otherwise, off other animals, beats its wings and bends its body.
/// </summary>
internal sealed class DemoAnimal
{
    /// <summary>The index of each node in the skeleton.</summary>
    public const int Head = 0, Thorax = 1, Abdomen = 2, LeftWing = 3, RightWing = 4;

    private const double HeadLength = 14, AbdomenLength = 17, WingLength = 17;

    private readonly Random random;
    private readonly double scale;
    private readonly bool seeksMiddle;
    private readonly double wingRate;
    private readonly double wingPhase;
    private double turnRate;
    private double headBend;
    private double abdomenBend;
    private int step;

    /// <summary>Puts an animal somewhere.</summary>
    /// <param name="random">Decides where, and how it goes on.</param>
    /// <param name="scale">Its size: 1 makes it about 35 pixels long.</param>
    /// <param name="heightPx">The height of the frame it stays in.</param>
    /// <param name="widthPx">The width of the frame it stays in.</param>
    /// <param name="seeksMiddle">Whether it seeks the middle and takes no heed of others, rather than keeping off them.</param>
    public DemoAnimal(Random random, double scale, int heightPx, int widthPx, bool seeksMiddle = false)
    {
        this.seeksMiddle = seeksMiddle;
        this.random = random;
        this.scale = scale;
        (HeightPx, WidthPx) = (heightPx, widthPx);
        X = Margin + (random.NextDouble() * (widthPx - 1 - (2 * Margin)));
        Y = Margin + (random.NextDouble() * (heightPx - 1 - (2 * Margin)));
        Heading = random.NextDouble() * 2 * Math.PI;
        wingRate = 0.25 + (random.NextDouble() * 0.15);
        wingPhase = random.NextDouble() * 2 * Math.PI;
    }

    /// <summary>The thorax in pixels.</summary>
    public double X { get; private set; }

    /// <summary>The thorax in pixels.</summary>
    public double Y { get; private set; }

    /// <summary>Where it looks, in radians clockwise from the x axis.</summary>
    public double Heading { get; private set; }

    private int HeightPx { get; }

    private int WidthPx { get; }

    // The farthest that a part reaches from the thorax, with room for the spot on it.
    private double Margin => (AbdomenLength + 4) * scale;

    /// <summary>Moves it by one frame.</summary>
    /// <param name="others">The animals to keep off.</param>
    public void Move(IEnumerable<DemoAnimal> others)
    {
        step++;
        turnRate = (0.85 * turnRate) + (0.05 * Normal());
        headBend = (0.9 * headBend) + (0.06 * Normal());
        abdomenBend = (0.9 * abdomenBend) + (0.05 * Normal());
        Heading += Math.Clamp(turnRate + (0.2 * Aversion(others)), -0.2, 0.2);
        X = Math.Clamp(X + (1.3 * scale * Math.Cos(Heading)), Margin, WidthPx - 1 - Margin);
        Y = Math.Clamp(Y + (1.3 * scale * Math.Sin(Heading)), Margin, HeightPx - 1 - Margin);
    }

    /// <summary>Where its nodes are.</summary>
    /// <returns>One position a node, in pixels.</returns>
    public (double X, double Y)[] Nodes()
    {
        var swing = 0.45 * Math.Sin((wingRate * step) + wingPhase);
        const double wingAngle = 1.85;
        return
        [
            Part(HeadLength, Heading + headBend),
            (X, Y),
            Part(AbdomenLength, Heading + Math.PI + abdomenBend),
            Part(WingLength, Heading - wingAngle - swing),
            Part(WingLength, Heading + wingAngle + swing),
        ];
    }

    private (double X, double Y) Part(double length, double angle) =>
        (X + (length * scale * Math.Cos(angle)), Y + (length * scale * Math.Sin(angle)));

    // Positive turns right, negative left, towards free ground.
    private double Aversion(IEnumerable<DemoAnimal> others)
    {
        var (pushX, pushY) = (0.0, 0.0);
        var reach = 14 * scale;
        pushX += Push(X - Margin, reach) - Push(WidthPx - 1 - Margin - X, reach);
        pushY += Push(Y - Margin, reach) - Push(HeightPx - 1 - Margin - Y, reach);
        if (seeksMiddle)
        {
            pushX -= 0.5 * ((X / WidthPx) - 0.5);
            pushY -= 0.5 * ((Y / HeightPx) - 0.5);
        }

        foreach (var other in seeksMiddle ? [] : others)
        {
            var (dx, dy) = (X - other.X, Y - other.Y);
            var distance = Math.Max(1, Math.Sqrt((dx * dx) + (dy * dy)));
            var push = Push(distance, 34 * scale) * 1.5;
            pushX += push * dx / distance;
            pushY += push * dy / distance;
        }

        var strength = Math.Min(1.5, Math.Sqrt((pushX * pushX) + (pushY * pushY)));
        return strength == 0 ? 0 : strength * Math.Sin(Math.Atan2(pushY, pushX) - Heading + 0.2);
    }

    private static double Push(double distance, double reach) => Math.Clamp(1 - (distance / reach), 0, 1);

    private double Normal() => DemoNoise.Normal(random);
}
