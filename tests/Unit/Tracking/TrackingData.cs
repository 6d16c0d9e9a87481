namespace SleapNn.Tests.Tracking;

/// <summary>Labels with poses whose identity is known.</summary>
internal static class TrackingData
{
    public static SleapLabels Empty(int nodes)
    {
        var skeleton = new Skeleton();
        skeleton.Nodes.AddRange(Enumerable.Range(0, nodes).Select(i => $"node{i}"));
        var labels = new SleapLabels();
        labels.Skeletons.Add(skeleton);
        labels.Videos.Add(new SleapVideo { FileName = "generated.mp4" });
        return labels;
    }

    public static PoseInstance Instance(Skeleton skeleton, double[] points, double score = 1, InstanceKind kind = InstanceKind.Predicted) =>
        new(skeleton, [.. points.Chunk(2).Select(p => double.IsNaN(p[0]) ? PosePoint.Missing : new PosePoint(p[0], p[1], Score: score))], kind) { Score = score };

    /// <summary>
    /// Animals of three nodes in a row (20 px long) and one beside (6 px) that swim back and forth along lines through one point, so that they
    /// cross again and again. Instances come in random order. The true identity is the index of the second result.
    /// </summary>
    /// <param name="animals">How many.</param>
    /// <param name="frames">For how long.</param>
    /// <param name="noisePx">The standard deviation of each coordinate.</param>
    /// <param name="missing">How often an animal is not found in a frame, and how often a node is not.</param>
    /// <param name="seed">The same seed, the same data.</param>
    /// <param name="speedPx">How far an animal goes in a frame.</param>
    public static (SleapLabels Labels, List<List<int>> Truth) Crossing(
        int animals, int frames, double noisePx, double missing, int seed, double speedPx = 6)
    {
        var random = new Random(seed);
        var labels = Empty(4);
        var truth = new List<List<int>>();
        for (var frame = 0; frame < frames; frame++)
        {
            var poses = new List<(double[] Points, int Animal)>();
            for (var animal = 0; animal < animals; animal++)
            {
                var direction = Math.PI * animal / animals;

                // Different periods: they meet at the centre at different times, in different pairs.
                var period = 60 + (14 * animal);
                var phase = (frame + (11 * animal)) % period / (double)period * 2 * Math.PI;
                var reach = speedPx * period / (2 * Math.PI);
                var (along, heading) = (reach * Math.Sin(phase), Math.Sign(Math.Cos(phase)) is 0 ? 1 : Math.Sign(Math.Cos(phase)));
                var (x, y) = (200 + (along * Math.Cos(direction)), 200 + (along * Math.Sin(direction)));
                var points = new double[8];
                for (var node = 0; node < 4; node++)
                {
                    var isMissing = random.NextDouble() < missing;
                    var (back, side) = node < 3 ? (10 * node * heading, 0) : (10 * heading, 6);
                    var (dx, dy) = ((-back * Math.Cos(direction)) - (side * Math.Sin(direction)), (-back * Math.Sin(direction)) + (side * Math.Cos(direction)));
                    points[2 * node] = isMissing ? double.NaN : x + dx + (noisePx * Gauss(random));
                    points[(2 * node) + 1] = isMissing ? double.NaN : y + dy + (noisePx * Gauss(random));
                }

                if (random.NextDouble() >= missing && points.Any(p => !double.IsNaN(p)))
                {
                    poses.Add((points, animal));
                }
            }

            var order = poses.OrderBy(_ => random.Next()).ToList();
            labels.Frames.Add(new LabeledFrame(labels.Videos[0], frame, order.Select(p => Instance(labels.Skeleton, p.Points))));
            truth.Add([.. order.Select(p => p.Animal)]);
        }

        return (labels, truth);
    }

    /// <summary>How often an animal goes on under another track than before.</summary>
    public static int Swaps(SleapLabels tracked, List<List<int>> truth)
    {
        var (swaps, last) = (0, new Dictionary<int, Track>());
        foreach (var (frame, animals) in tracked.Frames.Zip(truth))
        {
            foreach (var (instance, animal) in frame.Instances.Zip(animals))
            {
                if (instance.Track is { } track)
                {
                    swaps += last.TryGetValue(animal, out var before) && before != track ? 1 : 0;
                    last[animal] = track;
                }
            }
        }

        return swaps;
    }

    private static double Gauss(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
