using SleapNn.Augmentation;
using SleapNn.Configuration;
using SleapNn.Preprocessing;
using SleapNn.Runtime;
using SleapNn.Targets;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Training;

/// <summary>
/// Turns labelled frames into samples: a frame each, or a crop around each instance. Safe for use by several threads.
/// </summary>
public sealed class SampleSource
{
    private static readonly SkeletonEdge[] CentroidPair = [new(0, 1)];

    private readonly FrameCache frames;
    private readonly SampleOptions options;
    private readonly AugmentationConfig? augmentation;
    private readonly long seed;
    private readonly List<(TrainingFrame Frame, int Instance)> items;

    /// <summary>Creates a source.</summary>
    /// <param name="labelled">The frames.</param>
    /// <param name="frames">Where their pixels come from.</param>
    /// <param name="options">How they become samples.</param>
    /// <param name="augmentation">How samples are varied; null leaves them as they are.</param>
    /// <param name="seed">The run's seed.</param>
    public SampleSource(IReadOnlyList<TrainingFrame> labelled, FrameCache frames, SampleOptions options, AugmentationConfig? augmentation, long seed)
    {
        this.frames = frames;
        this.options = options;
        this.augmentation = augmentation;
        this.seed = seed;
        items = options.Kind.UsesCrops()
            ? [.. labelled.SelectMany(frame => Enumerable.Range(0, frame.Instances.Count).Select(i => (frame, i)))]
            : [.. labelled.Select(frame => (frame, -1))];
    }

    /// <summary>How many samples there are.</summary>
    public int Count => items.Count;

    /// <summary>How many points an instance of a sample has: the nodes, or one for centroids.</summary>
    public int PointsPerInstance => options.Kind == ModelKind.Centroid ? 1 : options.Skeleton.Nodes.Count;

    /// <summary>Makes a sample. Its tensor belongs to the current dispose scope or to the frame cache.</summary>
    /// <param name="index">0 .. <see cref="Count"/> - 1.</param>
    /// <param name="pass">How often the data were gone through before; with the seed and the index it fixes the augmentation.</param>
    /// <returns>The sample.</returns>
    /// <exception cref="MediaException">The frame cannot be read.</exception>
    public TrainingSample Get(int index, long pass)
    {
        var (frame, instance) = items[index];
        var random = new SeededRandom(seed, pass, index);
        return options.Kind.UsesCrops() ? Crop(frame, instance, random) : Whole(frame, random);
    }

    private TrainingSample Whole(TrainingFrame frame, SeededRandom random)
    {
        using var scope = NewDisposeScope();
        var original = frames.Get(frame.Frame);
        var (matched, matchScale) = ImageOps.SizeMatch(original, options.MaxHeightPx, options.MaxWidthPx);
        var image = ImageOps.PadToStride(ImageOps.Resize(matched, options.Scale), options.MaxStride);
        var (points, classes) = PointsOf(frame, (int)original.shape[2], (int)original.shape[3]);
        Scale(points, matchScale * options.Scale);

        if (options.Kind == ModelKind.Centroid)
        {
            var pairs = CentroidPairsOf(points);
            image = Augment(image, pairs, 2, CentroidPair, random);
            points = [.. pairs.Chunk(4).SelectMany(pair => pair.Take(2))];
        }
        else
        {
            image = Augment(image, points, options.Skeleton.Nodes.Count, options.Skeleton.Symmetries, random);
        }

        if (options.Kind == ModelKind.SingleInstance)
        {
            DropOutside(points, (int)image.shape[2], (int)image.shape[3]);
        }

        return Finish(image, points, classes, frame);
    }

    private TrainingSample Crop(TrainingFrame frame, int instance, SeededRandom random)
    {
        using var scope = NewDisposeScope();
        var original = frames.Get(frame.Frame);
        var (image, matchScale) = ImageOps.SizeMatch(original, options.MaxHeightPx, options.MaxWidthPx);
        var points = PointsOf(frame.Instances[instance]);
        DropOutside(points, (int)original.shape[2], (int)original.shape[3]);
        Scale(points, matchScale);
        var (x, y) = Centroids.Of(points, options.AnchorNode);

        // An animal that lies outside of its frame as a whole gives a black crop, and nothing is to be seen there.
        var isThere = !float.IsNaN(x);
        (x, y) = isThere ? (x, y) : (-2f * options.CropWidthPx, -2f * options.CropHeightPx);

        // A crop that is turned needs its corners: as in sleap-nn, whose crops are square, it is cut as large as its diagonal first.
        var diagonalPx = (int)Math.Sqrt(((double)options.CropHeightPx * options.CropHeightPx) + ((double)options.CropWidthPx * options.CropWidthPx));
        (image, var left, var top) = Cut(image, x, y, diagonalPx, diagonalPx);
        Shift(points, left, top);
        (x, y) = (x - left, y - top);
        image = Augment(image, points, options.Skeleton.Nodes.Count, options.Skeleton.Symmetries, random);

        (image, left, top) = Cut(image, x, y, options.CropHeightPx, options.CropWidthPx);
        Shift(points, left, top);
        image = ImageOps.PadToStride(ImageOps.Resize(image, options.Scale), options.MaxStride);
        Scale(points, options.Scale);
        DropOutside(points, (int)image.shape[2], (int)image.shape[3]);
        return Finish(image, points, [isThere ? ClassOf(frame.Instances[instance]) : -1], frame);
    }

    private (Tensor Crop, float Left, float Top) Cut(Tensor image, float x, float y, int heightPx, int widthPx) => options.Crops == CropForm.Exact
        ? Crops.Whole(image, x, y, heightPx, widthPx)
        : Crops.Fractional(image, x, y, heightPx, widthPx);

    private static TrainingSample Finish(Tensor image, float[] points, long[] classes, TrainingFrame frame) =>
        new(image.MoveToOuterDisposeScope(), points, classes.Length, classes, frame.Name, frame.IsNegative);

    private Tensor Augment(Tensor image, float[] points, int nodeCount, IReadOnlyList<SkeletonEdge> symmetries, SeededRandom random)
    {
        if (augmentation?.Intensity is { } intensity)
        {
            var pixels = TensorValues.Of<byte>(image);
            IntensityAugmentation.Apply(pixels, intensity, random);
            image = tensor(pixels, image.shape, dtype: ScalarType.Byte);
        }

        return augmentation?.Geometric is { } geometric
            ? GeometricAugmentation.Apply(image, points, nodeCount, geometric, symmetries, random)
            : image;
    }

    // Points outside the frame are slips of labelling; an animal that has no others does not count.
    private (float[] Points, long[] Classes) PointsOf(TrainingFrame frame, int height, int width)
    {
        var (points, classes) = (new List<float>(), new List<long>());
        foreach (var instance in frame.Instances)
        {
            var own = PointsOf(instance);
            DropOutside(own, height, width);
            if (own.All(float.IsNaN))
            {
                continue;
            }

            points.AddRange(own);
            classes.Add(ClassOf(instance));
        }

        if (classes.Count == 0)
        {
            points.AddRange(Enumerable.Repeat(float.NaN, 2 * options.Skeleton.Nodes.Count));
            classes.Add(-1);
        }

        return ([.. points], [.. classes]);
    }

    private static float[] PointsOf(PoseInstance instance) =>
    [
        .. instance.Points.SelectMany(point => point is { HasPosition: true, Visible: true }
            ? new[] { (float)point.X, (float)point.Y }
            : [float.NaN, float.NaN]),
    ];

    private long ClassOf(PoseInstance instance)
    {
        for (var i = 0; i < options.Classes.Count; i++)
        {
            if (options.Classes[i] == instance.Track?.Name)
            {
                return i;
            }
        }

        return -1;
    }

    // Each centroid, and the one that its mirror image has: where the anchor is a left wing, the right one.
    private float[] CentroidPairsOf(float[] points)
    {
        var size = 2 * options.Skeleton.Nodes.Count;
        var mirrored = MirroredAnchor();
        var pairs = new float[points.Length / size * 4];
        for (var i = 0; i < pairs.Length / 4; i++)
        {
            var own = points.AsSpan(i * size, size);
            (pairs[4 * i], pairs[(4 * i) + 1]) = Centroids.Of(own, options.AnchorNode);
            (pairs[(4 * i) + 2], pairs[(4 * i) + 3]) = Centroids.Of(own, mirrored);
        }

        return pairs;
    }

    private int MirroredAnchor()
    {
        foreach (var (first, second) in options.Skeleton.Symmetries)
        {
            if (options.AnchorNode == first || options.AnchorNode == second)
            {
                return options.AnchorNode == first ? second : first;
            }
        }

        return options.AnchorNode;
    }

    private static void Scale(float[] points, double factor)
    {
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = (float)(points[i] * factor);
        }
    }

    private static void Shift(float[] points, float left, float top)
    {
        for (var i = 0; i < points.Length; i += 2)
        {
            points[i] -= left;
            points[i + 1] -= top;
        }
    }

    private static void DropOutside(float[] points, int height, int width)
    {
        for (var i = 0; i < points.Length; i += 2)
        {
            if (!(points[i] >= 0 && points[i + 1] >= 0 && points[i] < width && points[i + 1] < height))
            {
                (points[i], points[i + 1]) = (float.NaN, float.NaN);
            }
        }
    }
}
