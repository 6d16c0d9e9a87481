using SleapNn.LabelFiles;
using SleapNn.Media;

namespace SleapNn.Inference;

/// <summary>What to predict on: videos and their frames.</summary>
/// <param name="Name">The source's path, or a name for messages.</param>
/// <param name="Targets">The videos with the chosen frames; at least one frame in all.</param>
/// <param name="Labels">The labels that the frames were chosen from, or null.</param>
/// <param name="Choice">How frames were chosen.</param>
public sealed record PredictionSource(string Name, IReadOnlyList<PredictionTarget> Targets, SleapLabels? Labels, FrameChoice Choice)
{
    /// <summary>How many frames there are to predict on.</summary>
    public int FrameCount => Targets.Sum(target => target.Frames.Count);

    /// <summary>Takes frames by path.</summary>
    /// <param name="path">A video, an image, a folder or a pattern of images, or a labels file.</param>
    /// <param name="choice">Which of its frames.</param>
    /// <returns>The source.</returns>
    /// <exception cref="PredictionException">
    /// There is no such video (VideoIndexOutside), frames are chosen by labels that are not there (FramesNeedLabels), or nothing
    /// is left to predict on (NoFrames).
    /// </exception>
    /// <exception cref="SleapException">The source cannot be read, or a frame range does not fit it.</exception>
    public static PredictionSource OfPath(string path, FrameChoice choice) =>
        Path.GetExtension(path).Equals(".slp", StringComparison.OrdinalIgnoreCase)
            ? OfLabels(LabelsFile.Load(path), path, choice)
            : OfVideo(new SleapVideo { FileName = path }, path, choice);

    /// <summary>Takes images as the frames of one sequence.</summary>
    /// <param name="paths">The images, in order; at least one.</param>
    /// <param name="choice">Which of them.</param>
    /// <returns>The source.</returns>
    /// <exception cref="SleapException">As <see cref="OfPath"/>.</exception>
    public static PredictionSource OfImages(IReadOnlyList<string> paths, FrameChoice choice)
    {
        var video = new SleapVideo { FileName = paths[0] };
        video.ImageFileNames.AddRange(paths);
        return OfVideo(video, paths.Count == 1 ? paths[0] : $"{paths[0]} and {paths.Count - 1} more", choice);
    }

    /// <summary>Takes the frames of a video.</summary>
    /// <param name="video">The video.</param>
    /// <param name="name">A name for messages.</param>
    /// <param name="choice">Which of its frames.</param>
    /// <returns>The source.</returns>
    /// <exception cref="SleapException">As <see cref="OfPath"/>.</exception>
    public static PredictionSource OfVideo(SleapVideo video, string name, FrameChoice choice)
    {
        if (choice.VideoIndex is not (null or 0))
        {
            throw new PredictionException("VideoIndexOutside", $"'{name}' is a single video, so there is no video {choice.VideoIndex}.", choice.VideoIndex);
        }

        if (choice.Selection != FrameSelection.All)
        {
            throw new PredictionException("FramesNeedLabels", $"'{name}' holds no labels, so there are no frames of the kind {choice.Selection} in it. Choose frames by number with -FrameRange, or give a labels file (.slp).", choice.Selection);
        }

        using var frames = FrameSource.Open(video);
        return new PredictionSource(name, [new PredictionTarget(Described(video, frames), InRange(frames, choice.FrameRange))], null, choice);
    }

    /// <summary>Takes the frames of the videos of labels.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="name">A name for messages, usually their path.</param>
    /// <param name="choice">Which frames.</param>
    /// <returns>The source.</returns>
    /// <exception cref="SleapException">As <see cref="OfPath"/>.</exception>
    public static PredictionSource OfLabels(SleapLabels labels, string name, FrameChoice choice)
    {
        if (choice.VideoIndex is { } index && (index < 0 || index >= labels.Videos.Count))
        {
            throw new PredictionException(
                "VideoIndexOutside",
                labels.Videos.Count switch
                {
                    0 => $"'{name}' has no videos, so there is no video {index}.",
                    1 => $"'{name}' has one video, number 0, so there is no video {index}.",
                    var count => $"'{name}' has {count} videos, 0 to {count - 1}, so there is no video {index}.",
                },
                index);
        }

        var targets = new List<PredictionTarget>();
        foreach (var video in choice.VideoIndex is { } one ? [labels.Videos[one]] : labels.Videos)
        {
            var marked = Marked(labels, video, choice.Selection);
            if (choice.Selection is not (FrameSelection.All or FrameSelection.Unlabeled) && marked.Count == 0)
            {
                continue;
            }

            using var frames = FrameSource.Open(video);
            IReadOnlyList<int> inRange = InRange(frames, choice.FrameRange);
            targets.Add(new PredictionTarget(video, choice.Selection switch
            {
                FrameSelection.All => inRange,
                FrameSelection.Unlabeled => [.. inRange.Where(frame => !marked.Contains(frame))],
                _ => [.. inRange.Where(marked.Contains)],
            }));
        }

        return targets.Any(target => target.Frames.Count > 0)
            ? new PredictionSource(name, targets, labels, choice)
            : throw new PredictionException(
                "NoFrames",
                $"'{name}' has no frames of the kind {choice.Selection}{(choice.FrameRange is null ? "" : $" in the range {choice.FrameRange}")}. Choose others with -Frames.",
                name);
    }

    private static IReadOnlyList<int> InRange(IFrameSource frames, string? range) =>
        range is null ? frames.FrameIndices : FrameRange.Select(range, frames.FrameIndices, frames.Name);

    private static HashSet<int> Marked(SleapLabels labels, SleapVideo video, FrameSelection selection) => selection switch
    {
        FrameSelection.Labeled or FrameSelection.Unlabeled => FramesWhere(labels, video, frame => frame.UserInstances.Any()),
        FrameSelection.Predicted => FramesWhere(labels, video, frame => frame.PredictedInstances.Any()),
        FrameSelection.Suggested => [.. labels.Suggestions.Where(suggestion => suggestion.Video == video).Select(suggestion => suggestion.FrameIndex).Except(Marked(labels, video, FrameSelection.Labeled))],
        _ => [],
    };

    private static HashSet<int> FramesWhere(SleapLabels labels, SleapVideo video, Func<LabeledFrame, bool> isWanted) =>
        [.. labels.Frames.Where(frame => frame.Video == video && isWanted(frame)).Select(frame => frame.FrameIndex)];

    // Labels files describe a video by its shape, and a sequence by its images.
    private static SleapVideo Described(SleapVideo video, IFrameSource frames)
    {
        if (video.ImageFileNames.Count == 0 && frames is ImageFrameSource images)
        {
            video.ImageFileNames.AddRange(images.Paths);
            video.FileName = images.Paths[0];
        }

        video.FrameCount ??= frames.FrameIndices.Count;
        (video.HeightPx, video.WidthPx, video.Channels) = (video.HeightPx ?? frames.HeightPx, video.WidthPx ?? frames.WidthPx, video.Channels ?? frames.Channels);
        return video;
    }
}
