using SleapNn.Preprocessing;
using SleapNn.Runtime;
using static TorchSharp.torch;

namespace SleapNn.Inference;

/// <summary>
/// The first model finds where animals are, the second finds the nodes in a crop around each, and with class vectors also
/// who it is. Where centroids are given with the frames, the second model works alone.
/// </summary>
public sealed class TopDownPipeline : IPosePipeline
{
    private readonly CentroidStage? finder;
    private readonly ModelStage stage;
    private readonly PredictionOptions options;
    private readonly int outputStride;
    private readonly (int Height, int Width) cropPx;

    /// <summary>Creates the pipeline.</summary>
    /// <param name="finder">The centroid model; null where centroids are given with the frames.</param>
    /// <param name="stage">A centered-instance or multi-class top-down model.</param>
    /// <param name="options">How peaks are found.</param>
    /// <exception cref="PredictionException">Neither the model's configuration nor the options give a crop size (CropSizeMissing).</exception>
    public TopDownPipeline(CentroidStage? finder, ModelStage stage, PredictionOptions options)
    {
        this.finder = finder;
        this.stage = stage;
        this.options = options;
        var heads = stage.Config.ModelConfig.HeadConfigs;
        outputStride = heads.CenteredInstance?.Confmaps!.OutputStride ?? heads.MultiClassTopdown!.Confmaps!.OutputStride;
        Classes = heads.MultiClassTopdown?.ClassVectors?.Classes ?? [];
        AnchorPart = heads.CenteredInstance?.Confmaps!.AnchorPart ?? heads.MultiClassTopdown?.Confmaps!.AnchorPart;
        Kind = (heads.MultiClassTopdown, finder) switch
        {
            ({ }, _) => "multi_class_topdown",
            (null, { }) => "topdown",
            _ => "centered_instance",
        };
        Skeleton = ModelSkeleton.Of(stage.Config);
        var preprocessing = stage.Config.DataConfig.Preprocessing;
        cropPx = (options.CropSizePx, preprocessing.CropSize, preprocessing.CropHw) switch
        {
            ({ } side, _, _) => (side, side),
            (_, { } side, _) => (side, side),
            (_, _, [var height, var width]) => (height, width),
            _ => throw new PredictionException("CropSizeMissing", "The centered-instance model's training_config.yaml has no crop_size; give one with -CropSize."),
        };
    }

    /// <inheritdoc/>
    public string Kind { get; }

    /// <inheritdoc/>
    public Skeleton Skeleton { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public bool NeedsCentroids => finder is null;

    /// <inheritdoc/>
    public string? AnchorPart { get; }

    /// <inheritdoc/>
    public Func<IReadOnlyList<DetectedPose>[]> Begin(Tensor frames, IReadOnlyList<IReadOnlyList<PafPeak>>? centroids = null)
    {
        using var scope = NewDisposeScope();
        var (found, matchScale) = centroids is not null ? Given(frames, centroids) : Find(frames);
        var places = found.SelectMany((peaks, frame) => peaks.Select(peak => (Frame: frame, Peak: peak))).ToArray();
        if (places.Length == 0)
        {
            return () => [.. found.Select(_ => Array.Empty<DetectedPose>())];
        }

        // The crops are taken from the frame in its own channels, at the size that the centroid model saw.
        var matched = Match(frames).Frames;
        var at = tensor(places.SelectMany(place => new[] { place.Peak.X, place.Peak.Y }).ToArray()).reshape(-1, 2);
        var (crops, corners) = Crops.AtCentroids(matched, at, [.. places.Select(place => place.Frame)], cropPx.Height, cropPx.Width, stage.Crops);
        var cornersPx = TensorValues.Of<float>(corners);
        var chunk = Math.Max(options.BatchSize, 1);
        var outputs = new List<(int Start, StageInput Input, Dictionary<string, MapStack> Heads)>();
        for (var start = 0; start < places.Length; start += chunk)
        {
            using var step = NewDisposeScope();
            var input = stage.Scale(crops.narrow(0, start, Math.Min(chunk, places.Length - start)));
            outputs.Add((start, input, stage.Forward(input.Image)));
        }

        return () => Assemble(found.Length, places, outputs, cornersPx, matchScale);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        finder?.Dispose();
        stage.Dispose();
    }

    // Crops come from frames of the size that the centroid model saw; a model that works alone knows its own.
    private (Tensor Frames, double MatchScale) Match(Tensor frames) => finder?.Match(frames) ?? stage.Match(frames);

    private (IReadOnlyList<PafPeak>[] Centroids, double MatchScale) Given(Tensor frames, IReadOnlyList<IReadOnlyList<PafPeak>> centroids)
    {
        using var scope = NewDisposeScope();
        var scale = Match(frames).MatchScale;
        return ([.. centroids.Select(peaks => (IReadOnlyList<PafPeak>)[.. peaks
            .Take(options.MaxInstances ?? int.MaxValue)
            .Select(peak => peak with { X = (float)(peak.X * scale), Y = (float)(peak.Y * scale) })])], scale);
    }

    private (IReadOnlyList<PafPeak>[] Centroids, double MatchScale) Find(Tensor frames)
    {
        if (finder is null)
        {
            throw new PredictionException("CentroidsMissing", $"A {Kind} model without a centroid model needs to be told where the animals are.");
        }

        var (find, matchScale) = finder.Begin(frames);
        return (find(), matchScale);
    }

    private IReadOnlyList<DetectedPose>[] Assemble(
        int frameCount,
        (int Frame, PafPeak Peak)[] places,
        List<(int Start, StageInput Input, Dictionary<string, MapStack> Heads)> outputs,
        float[] cornersPx,
        double matchScale)
    {
        var poses = Enumerable.Range(0, frameCount).Select(_ => new List<DetectedPose>()).ToArray();
        var vectors = new List<float[]>(places.Length);
        foreach (var (start, input, heads) in outputs)
        {
            var points = GlobalPoses.Of(heads["CenteredInstanceConfmapsHead"], options.Peaks, (x, y, i) => (
                (input.ToFrame(x, outputStride) + cornersPx[2 * (start + i)]) / matchScale,
                (input.ToFrame(y, outputStride) + cornersPx[(2 * (start + i)) + 1]) / matchScale));
            for (var i = 0; i < points.Length; i++)
            {
                poses[places[start + i].Frame].Add(new DetectedPose(points[i], places[start + i].Peak.Value));
                if (heads.TryGetValue("ClassVectorsHead", out var classes))
                {
                    vectors.Add(classes.Sample(i).ToArray());
                }
            }
        }

        if (vectors.Count > 0)
        {
            AssignClasses(poses, vectors);
        }

        return [.. poses.Select(list => (IReadOnlyList<DetectedPose>)[.. list.Where(pose => pose.Points.Any(point => point.HasPosition))])];
    }

    private static void AssignClasses(List<DetectedPose>[] poses, List<float[]> vectors)
    {
        var next = 0;
        foreach (var frame in poses)
        {
            var probabilities = new double[frame.Count, vectors[0].Length];
            for (var i = 0; i < frame.Count; i++, next++)
            {
                for (var k = 0; k < vectors[next].Length; k++)
                {
                    probabilities[i, k] = vectors[next][k];
                }
            }

            var assigned = ClassAssignment.FromVectors(probabilities);
            for (var i = 0; i < frame.Count; i++)
            {
                frame[i] = frame[i] with { ClassIndex = assigned[i].Class, ClassScore = assigned[i].Class < 0 ? 0 : assigned[i].Probability };
            }
        }
    }
}
