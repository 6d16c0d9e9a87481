using SleapNn.Configuration;
using SleapNn.LabelFiles;
using SleapNn.Media;
using SleapNn.Training;

namespace SleapNn.Recommendation;

/// <summary>What labels say about the model that fits them. Sizes are those of bounding boxes of visible points, in pixels of the video.</summary>
public sealed record DataStatistics
{
    private const double OverlapIou = 0.2;
    private const int LeastForAlignment = 10;

    /// <summary>The skeleton.</summary>
    public required Skeleton Skeleton { get; init; }

    /// <summary>How many frames can be trained on.</summary>
    public required int FrameCount { get; init; }

    /// <summary>How many instances they hold.</summary>
    public required int InstanceCount { get; init; }

    /// <summary>The height of the highest video.</summary>
    public required int HeightPx { get; init; }

    /// <summary>The width of the widest video.</summary>
    public required int WidthPx { get; init; }

    /// <summary>1 for grey videos, 3 for RGB.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>The most instances in a frame.</summary>
    public required int MaxInstances { get; init; }

    /// <summary>The mean length of the longer side of an instance's bounding box.</summary>
    public required double MeanSizePx { get; init; }

    /// <summary>The length that 95 of 100 instances do not exceed: single labels that went wrong do not count.</summary>
    public required double LargeSizePx { get; init; }

    /// <summary>The length of the longest of all.</summary>
    public required double MaxSizePx { get; init; }

    /// <summary>The part of the frames in which bounding boxes of two instances overlap with an intersection over union of at least 0.2.</summary>
    public double OverlapFraction { get; init; }

    /// <summary>
    /// How much animals point in one direction: 1 where all do, near 0 where they point everywhere (the mean resultant length
    /// of the line between the two nodes that are farthest apart); null where fewer than 10 instances tell it.
    /// </summary>
    public double? Alignment { get; init; }

    /// <summary>The names of the tracks that instances are on.</summary>
    public IReadOnlyList<string> TrackNames { get; init; } = [];

    /// <summary>The part of the instances that are on a track.</summary>
    public double TrackedFraction { get; init; }

    /// <summary>The node that is nearest to the middle of bounding boxes, of those that are nearly always visible; null where none is.</summary>
    public string? CentralNode { get; init; }

    /// <summary>The longer side of a frame.</summary>
    public int LongerSidePx => Math.Max(HeightPx, WidthPx);

    /// <summary>The mean size of an instance as a part of the longer side of a frame.</summary>
    public double SizeRatio => LongerSidePx == 0 ? 0 : MeanSizePx / LongerSidePx;

    /// <summary>The memory of all frames, decoded.</summary>
    public long FrameBytes => (long)FrameCount * HeightPx * WidthPx * Channels;

    /// <summary>Whether edges join all nodes, so that an animal can be put together from its points.</summary>
    public bool IsJoined
    {
        get
        {
            var reached = new HashSet<int> { 0 };
            for (var before = 0; before != reached.Count;)
            {
                before = reached.Count;
                foreach (var edge in Skeleton.Edges.Where(edge => reached.Contains(edge.Source) || reached.Contains(edge.Destination)))
                {
                    reached.Add(edge.Source);
                    reached.Add(edge.Destination);
                }
            }

            return Skeleton.Edges.Count > 0 && reached.Count == Skeleton.Nodes.Count;
        }
    }

    /// <summary>Measures labels. A video is opened only where the labels do not know its size.</summary>
    /// <param name="files">The labels.</param>
    /// <param name="data">Says which instances count.</param>
    /// <param name="onUnreadable">Told of a video whose size stays unknown, and why.</param>
    /// <returns>The statistics.</returns>
    /// <exception cref="ConfigException">There is nothing to learn from: no skeleton, no instance, or no video whose size is known.</exception>
    public static DataStatistics Of(IReadOnlyList<SleapLabels> files, DataConfig data, Action<SleapVideo, MediaException>? onUnreadable = null)
    {
        var frames = files.SelectMany((labels, i) => TrainingFrame.Of(labels, i, data)).ToList();
        var boxes = frames.ConvertAll(frame => frame.Instances.Select(Box.Of).ToList());
        var all = boxes.SelectMany(list => list).ToList();
        if (files.Count == 0 || files[0].Skeletons.Count == 0 || all.Count == 0)
        {
            throw new ConfigException("AutoWithoutLabels", "The labels have no animal that a person placed, so there is nothing to choose a model by. Label some frames first, or name the model with -Head.", files.FirstOrDefault()?.FileName);
        }

        var sizes = files.Select(labels => LabelsMeasure.Measure(labels, onUnreadable: onUnreadable)).ToList();
        if (sizes.Max(size => size.MaxHeightPx) is not { } height || sizes.Max(size => size.MaxWidthPx) is not { } width)
        {
            throw new ConfigException("AutoWithoutVideos", "The size of no video is known, and none can be opened. Put the videos where the labels expect them, or name the model with -Head.", files[0].FileName);
        }

        var instances = frames.SelectMany(frame => frame.Instances).ToList();
        var lengths = all.Select(box => box.LengthPx).Order().ToList();
        return new DataStatistics
        {
            Skeleton = files[0].Skeletons[0],
            FrameCount = frames.Count,
            InstanceCount = instances.Count,
            HeightPx = height,
            WidthPx = width,
            Channels = files.SelectMany(labels => labels.Videos).Select(video => video.Channels).FirstOrDefault(count => count is 1 or 3) ?? 1,
            MaxInstances = frames.Max(frame => frame.Instances.Count),
            MeanSizePx = lengths.Average(),
            LargeSizePx = lengths[(int)Math.Ceiling(0.95 * lengths.Count) - 1],
            MaxSizePx = lengths[^1],
            OverlapFraction = boxes.Average(list => Overlaps(list) ? 1.0 : 0),
            Alignment = AlignmentOf(instances),
            TrackNames = [.. instances.Select(instance => instance.Track?.Name).OfType<string>().Distinct()],
            TrackedFraction = instances.Average(instance => instance.Track is null ? 0.0 : 1),
            CentralNode = CentralNodeOf(files[0].Skeletons[0], instances),
        };
    }

    private static bool Overlaps(List<Box> boxes) =>
        boxes.Where((box, i) => boxes.Take(i).Any(other => box.IouWith(other) >= OverlapIou)).Any();

    private static double? AlignmentOf(List<PoseInstance> instances)
    {
        var nodes = instances[0].Points.Length;
        var pairs = Enumerable.Range(0, nodes).SelectMany(a => Enumerable.Range(a + 1, nodes - a - 1).Select(b => (A: a, B: b)));
        var axis = pairs.Select(pair => (pair.A, pair.B, Lines: Lines(pair.A, pair.B)))
            .Where(pair => pair.Lines.Count * 2 >= instances.Count)
            .OrderByDescending(pair => pair.Lines.Average(line => Math.Sqrt((line.X * line.X) + (line.Y * line.Y))))
            .FirstOrDefault();
        if (axis.Lines is not { Count: >= LeastForAlignment })
        {
            return null;
        }

        var angles = axis.Lines.ConvertAll(line => Math.Atan2(line.Y, line.X));
        return Math.Sqrt(Math.Pow(angles.Average(Math.Cos), 2) + Math.Pow(angles.Average(Math.Sin), 2));

        List<(double X, double Y)> Lines(int a, int b) =>
        [
            .. instances.Where(instance => instance.Points.Length == nodes && IsSeen(instance.Points[a]) && IsSeen(instance.Points[b]))
                .Select(instance => (instance.Points[b].X - instance.Points[a].X, instance.Points[b].Y - instance.Points[a].Y)),
        ];
    }

    private static string? CentralNodeOf(Skeleton skeleton, List<PoseInstance> instances)
    {
        var own = instances.Where(instance => instance.Points.Length == skeleton.Nodes.Count).ToList();
        var central = Enumerable.Range(0, skeleton.Nodes.Count)
            .Where(node => own.Count(instance => IsSeen(instance.Points[node])) >= 0.95 * own.Count)
            .Select(node => (Node: node, Distance: own.Where(instance => IsSeen(instance.Points[node])).Average(instance => Box.Of(instance).DistanceFromMiddle(instance.Points[node]))))
            .OrderBy(pair => pair.Distance)
            .FirstOrDefault((Node: -1, Distance: 1));
        return central.Distance <= 0.2 ? skeleton.Nodes[central.Node] : null;
    }

    private static bool IsSeen(PosePoint point) => point is { HasPosition: true, Visible: true };

    private readonly record struct Box(double Left, double Top, double Right, double Bottom)
    {
        public double LengthPx => Math.Max(Right - Left, Bottom - Top);

        private double Area => (Right - Left) * (Bottom - Top);

        public static Box Of(PoseInstance instance)
        {
            var points = instance.Points.Where(IsSeen).ToList();
            return new Box(points.Min(p => p.X), points.Min(p => p.Y), points.Max(p => p.X), points.Max(p => p.Y));
        }

        public double IouWith(Box other)
        {
            var width = Math.Min(Right, other.Right) - Math.Max(Left, other.Left);
            var height = Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top);
            return width <= 0 || height <= 0 ? 0 : width * height / (Area + other.Area - (width * height));
        }

        /// <summary>The distance of a point from the middle, as a part of the longer side.</summary>
        public double DistanceFromMiddle(PosePoint point) => LengthPx == 0
            ? 0
            : Math.Sqrt(Math.Pow(point.X - ((Left + Right) / 2), 2) + Math.Pow(point.Y - ((Top + Bottom) / 2), 2)) / LengthPx;
    }
}
