namespace SleapNn.LabelFiles;

/// <summary>Frames of predicted animals that are read, several times over, rather than held in memory.</summary>
/// <param name="FrameCount">How many frames there are.</param>
/// <param name="InstanceCount">How many animals are in them.</param>
/// <param name="PointCount">How many points these have.</param>
/// <param name="Read">Reads the frames from the first to the last.</param>
internal sealed record FrameStream(long FrameCount, long InstanceCount, long PointCount, Func<IEnumerable<LabeledFrame>> Read);
