using SleapNn.Configuration;

namespace SleapNn.Training;

/// <summary>A labelled frame that a model can learn from.</summary>
/// <param name="FileIndex">The position of its labels file in the configuration's list.</param>
/// <param name="VideoIndex">The position of its video in that file.</param>
/// <param name="Frame">The frame.</param>
/// <param name="Instances">Its instances that count: those that a person placed, or all, without empty ones.</param>
public sealed record TrainingFrame(int FileIndex, int VideoIndex, LabeledFrame Frame, IReadOnlyList<PoseInstance> Instances)
{
    /// <summary>The frame in words, for messages.</summary>
    public string Name => $"{Path.GetFileName(Frame.Video.FileName)}, frame {Frame.FrameIndex}";

    /// <summary>Where its image is: the file of the image, or that of the video with the place of the video in it.</summary>
    internal string ImagePath => Frame.Video is var video && video.ImageFileNames.Count > Frame.FrameIndex
        ? video.ImageFileNames[Frame.FrameIndex]
        : $"{video.FileName}:{video.Dataset}";

    /// <summary>Whether a person marked the frame as one without animals.</summary>
    public bool IsNegative => Frame.IsNegative && Instances.Count == 0;

    /// <summary>The frames of labels that a model can learn from.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="fileIndex">The position of the labels file in the configuration's list.</param>
    /// <param name="data">Says whether only instances that a person placed count, and whether empty frames do.</param>
    /// <returns>The frames, in the order of the labels.</returns>
    public static List<TrainingFrame> Of(SleapLabels labels, int fileIndex, DataConfig data) =>
    [
        .. labels.Frames
            .Where(frame => IsUsed(frame, data))
            .Select(frame => new TrainingFrame(fileIndex, labels.Videos.IndexOf(frame.Video), frame, InstancesOf(frame, data))),
    ];

    /// <summary>Whether a frame is one that a model can learn from.</summary>
    internal static bool IsUsed(LabeledFrame frame, DataConfig data) =>
        InstancesOf(frame, data).Count > 0 || (data.UseNegativeFrames && frame.IsNegative);

    private static List<PoseInstance> InstancesOf(LabeledFrame frame, DataConfig data) =>
        [.. (data.UserInstancesOnly ? frame.UserInstances : frame.Instances).Where(i => i.VisibleCount > 0)];
}
