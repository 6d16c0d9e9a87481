using SleapNn.Inference;
using static TorchSharp.torch;

namespace SleapNn.Tests.Inference;

/// <summary>
/// Finds in each frame as many animals as its first pixel says, modulo 3, at places that follow from the frame alone.
/// </summary>
internal sealed class FakePipeline(IReadOnlyList<string>? classes = null, Action? onBatch = null) : IPosePipeline
{
    public string Kind => classes is null ? "fake" : "fake_classes";

    public Skeleton Skeleton { get; } = new() { Nodes = { "head", "tail" }, Edges = { new SkeletonEdge(0, 1) } };

    public IReadOnlyList<string> Classes { get; } = classes ?? [];

    public Func<IReadOnlyList<DetectedPose>[]> Begin(Tensor frames, IReadOnlyList<IReadOnlyList<PafPeak>>? centroids = null)
    {
        onBatch?.Invoke();
        var size = (int)(frames.numel() / frames.shape[0]);
        var pixels = frames.data<byte>().ToArray();
        return () => [.. pixels.Chunk(size).Select(frame => (IReadOnlyList<DetectedPose>)[.. Enumerable.Range(0, frame[0] % 3).Select(i => Pose(frame[0], i))])];
    }

    public void Dispose()
    {
    }

    private DetectedPose Pose(byte value, int animal) => new(
        [new PosePoint(10 + (100 * animal) + (value * 0.25), 20.5, Score: 0.9), value % 5 == 0 ? PosePoint.Missing : new PosePoint(40 + (100 * animal), 30, Score: 0.7)],
        0.8,
        Classes.Count > 0 ? animal : -1,
        Classes.Count > 0 ? 0.6 : 0);
}
