using SleapNn.Media;

namespace SleapNn.Demo;

/// <summary>
/// Films made-up insects on a textured, noisy ground with leaves that hide them at times, and knows where their nodes are.
/// Every node carries a bright spot whose centre is exactly the node's position.
/// </summary>
public sealed class DemoScene
{
    /// <summary>The grey level of the spots; nothing else is as bright before noise is added.</summary>
    internal const double SpotLevel = 250;

    /// <summary>The grey level of the ring around each spot.</summary>
    internal const double RingLevel = 45;

    private readonly DemoOptions options;
    private readonly Random noise;
    private readonly float[] ground;
    private readonly List<DemoShape> leaves = [];
    private readonly List<DemoAnimal> animals = [];
    private readonly List<Track> tracks = [];
    private int frameIndex;

    /// <summary>Sets the scene.</summary>
    /// <param name="options">What it is like.</param>
    /// <exception cref="MediaException">An option is out of range (DemoOptions).</exception>
    public DemoScene(DemoOptions options)
    {
        options.Validate();
        this.options = options;
        Skeleton = CreateSkeleton();

        // One source each, so that the animals' ways do not depend on the noise.
        noise = new Random(unchecked((options.Seed * 4) + 1));
        ground = CreateGround(new Random(unchecked((options.Seed * 4) + 2)));
        var leafRandom = new Random(unchecked((options.Seed * 4) + 3));
        for (var i = 0; i < options.Leaves; i++)
        {
            var (x, y, angle) = (leafRandom.NextDouble() * options.WidthPx, leafRandom.NextDouble() * options.HeightPx, leafRandom.NextDouble() * Math.PI);
            var length = (18 + (leafRandom.NextDouble() * 10)) * options.Scale;
            leaves.Add(DemoShape.Capsule((x, y), (x + (length * Math.Cos(angle)), y + (length * Math.Sin(angle))), 4.5 * options.Scale, 1.5 * options.Scale, 70 + (leafRandom.NextDouble() * 20)));
        }

        for (var i = 0; i < options.Animals; i++)
        {
            animals.Add(new DemoAnimal(new Random(unchecked((options.Seed * 4) + ((i + 1) * 7919))), options.Scale, options.HeightPx, options.WidthPx, options.Crossing));
            if (options.Animals > 1)
            {
                tracks.Add(new Track { Name = $"animal{i + 1}" });
            }
        }
    }

    /// <summary>The animals' skeleton: head, thorax, abdomen and two wings that mirror each other.</summary>
    public Skeleton Skeleton { get; }

    /// <summary>One track an animal where there are several; else none.</summary>
    public IReadOnlyList<Track> Tracks => tracks;

    /// <summary>Lets time pass without filming.</summary>
    /// <param name="frames">How many frames.</param>
    public void Skip(int frames)
    {
        for (var i = 0; i < frames; i++)
        {
            foreach (var animal in animals)
            {
                animal.Move(animals.Where(other => !ReferenceEquals(other, animal)));
            }
        }
    }

    /// <summary>Lets one frame's time pass and films it.</summary>
    /// <returns>The frame (grey) and the animals in it; a node that something hides is marked as not visible.</returns>
    public (ImageFrame Image, List<PoseInstance> Instances) Next()
    {
        Skip(1);
        var levels = (float[])ground.Clone();
        var canvas = new DemoCanvas(levels, options.WidthPx);
        var poses = animals.Select(animal => animal.Nodes()).ToList();
        var bodies = poses.Select(BodyOf).ToList();
        foreach (var shape in bodies.SelectMany(body => body).Concat(leaves))
        {
            canvas.Paint(shape);
        }

        var instances = new List<PoseInstance>();
        for (var i = 0; i < poses.Count; i++)
        {
            var above = bodies.Skip(i + 1).SelectMany(body => body).Concat(leaves).ToList();
            var points = poses[i].Select(p => new PosePoint(p.X, p.Y, Visible: !above.Any(s => s.CoverAt(p.X, p.Y) > 0.5), Complete: true)).ToArray();
            instances.Add(new PoseInstance(Skeleton, points) { Track = tracks.Count > 0 ? tracks[i] : null });
        }

        var pixels = Array.ConvertAll(levels, level => (byte)Math.Clamp(Math.Round(level + (options.NoiseLevels * DemoNoise.Normal(noise))), 0, 255));
        return (new ImageFrame(frameIndex++, pixels, options.HeightPx, options.WidthPx, 1), instances);
    }

    private static Skeleton CreateSkeleton()
    {
        var skeleton = new Skeleton { Name = "insect" };
        skeleton.Nodes.AddRange(["head", "thorax", "abdomen", "wing_left", "wing_right"]);
        skeleton.Edges.AddRange(
        [
            new(DemoAnimal.Thorax, DemoAnimal.Head), new(DemoAnimal.Thorax, DemoAnimal.Abdomen),
            new(DemoAnimal.Thorax, DemoAnimal.LeftWing), new(DemoAnimal.Thorax, DemoAnimal.RightWing),
        ]);
        skeleton.Symmetries.Add(new(DemoAnimal.LeftWing, DemoAnimal.RightWing));
        return skeleton;
    }

    private float[] CreateGround(Random random)
    {
        var levels = new float[options.HeightPx * options.WidthPx];
        Array.Fill(levels, 115f);
        DemoNoise.AddHills(levels, options.WidthPx, 40 * options.Scale, 18, random);
        DemoNoise.AddHills(levels, options.WidthPx, 13 * options.Scale, 11, random);
        DemoNoise.AddHills(levels, options.WidthPx, 4 * options.Scale, 8, random);
        var canvas = new DemoCanvas(levels, options.WidthPx);
        for (var i = 0; i < 40; i++)
        {
            var at = (random.NextDouble() * options.WidthPx, random.NextDouble() * options.HeightPx);
            canvas.Paint(DemoShape.Disc(at, (0.8 + (random.NextDouble() * 2)) * options.Scale, 70 + (random.NextDouble() * 110)));
        }

        return levels;
    }

    // The left wing is lighter than the right; the thorax and the head tell animals apart.
    private List<DemoShape> BodyOf((double X, double Y)[] nodes, int animal)
    {
        var (head, thorax, abdomen, left, right) = (nodes[0], nodes[1], nodes[2], nodes[3], nodes[4]);
        var tone = 150 - (animal * 70 % 120);
        List<DemoShape> shapes =
        [
            DemoShape.Capsule(thorax, left, 2.6 * options.Scale, 3.6 * options.Scale, 190),
            DemoShape.Capsule(thorax, right, 2.6 * options.Scale, 3.6 * options.Scale, 75),
            DemoShape.Capsule(thorax, abdomen, 5.5 * options.Scale, 3.6 * options.Scale, 25),
            DemoShape.Capsule(thorax, head, 2.5 * options.Scale, 2.5 * options.Scale, tone),
            DemoShape.Disc(thorax, 5.6 * options.Scale, tone),
            DemoShape.Disc(head, 4.8 * options.Scale, 200 - (tone / 2.0)),
        ];

        // The ring makes the surroundings of every spot alike, so that no body part pulls a spot's centroid aside.
        shapes.AddRange(nodes.SelectMany(node => new[] { DemoShape.Disc(node, 2.9 * options.Scale, RingLevel), DemoShape.Disc(node, 1.6 * options.Scale, SpotLevel) }));
        return shapes;
    }
}
