using SleapNn.LabelFiles;
using SleapNn.Media;

namespace SleapNn.Inference;

/// <summary>One video, or images, and the frames of it to predict on.</summary>
/// <param name="Video">The video.</param>
/// <param name="Frames">The frames, in order.</param>
public sealed record PredictionTarget(SleapVideo Video, IReadOnlyList<int> Frames)
{
    private static readonly string[] LabelsExtensions = [".slp"];

    /// <summary>Finds out what to predict on.</summary>
    /// <param name="path">A video, an image, a folder of images, or a labels file.</param>
    /// <param name="selection">Which frames of a labels file; other sources are taken whole.</param>
    /// <param name="videoIndex">One video of a labels file, or null for all.</param>
    /// <param name="frameRange">A further choice by number, or null.</param>
    /// <returns>The targets, and the labels they come from, if any.</returns>
    /// <exception cref="PredictionException">There is no such video (VideoIndexOutside), or nothing is left to predict on (NoFrames).</exception>
    public static (IReadOnlyList<PredictionTarget> Targets, SleapLabels? Labels) Find(
        string path, FrameSelection selection = FrameSelection.All, int? videoIndex = null, string? frameRange = null)
    {
        if (!LabelsExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
        {
            if (videoIndex is not (null or 0))
            {
                throw new PredictionException("VideoIndexOutside", $"'{path}' is a single video, so there is no video {videoIndex}.", videoIndex);
            }

            using var source = FrameSource.Open(path);
            return ([Of(VideoOf(path, source), source, null, frameRange)], null);
        }

        var labels = LabelsFile.Load(path);
        if (videoIndex is { } index && (index < 0 || index >= labels.Videos.Count))
        {
            throw new PredictionException(
                "VideoIndexOutside", $"'{path}' has {labels.Videos.Count} videos, 0 to {labels.Videos.Count - 1}, so there is no video {index}.", index);
        }

        var targets = new List<PredictionTarget>();
        foreach (var video in videoIndex is { } one ? [labels.Videos[one]] : labels.Videos)
        {
            var chosen = Chosen(labels, video, selection);
            if (selection is FrameSelection.All or FrameSelection.Unlabeled || chosen.Count > 0)
            {
                using var source = FrameSource.Open(video);
                targets.Add(Of(video, source, chosen is { } && selection != FrameSelection.All ? (selection, chosen) : null, frameRange));
            }
        }

        return targets.Any(target => target.Frames.Count > 0)
            ? (targets, labels)
            : throw new PredictionException("NoFrames", $"'{path}' has no frames of the kind {selection}. Choose others with -Frames.", path);
    }

    private static PredictionTarget Of(SleapVideo video, IFrameSource source, (FrameSelection Selection, HashSet<int> Frames)? choice, string? frameRange)
    {
        IReadOnlyList<int> frames = choice switch
        {
            null => source.FrameIndices,
            (FrameSelection.Unlabeled, var labeled) => [.. source.FrameIndices.Where(frame => !labeled.Contains(frame))],
            var (_, wanted) => [.. source.FrameIndices.Where(wanted.Contains)],
        };
        if (frameRange is not null)
        {
            var inRange = FrameRange.Select(frameRange, source.FrameIndices, source.Name).ToHashSet();
            frames = [.. frames.Where(inRange.Contains)];
        }

        return new PredictionTarget(video, frames);
    }

    private static HashSet<int> Chosen(SleapLabels labels, SleapVideo video, FrameSelection selection) => selection switch
    {
        FrameSelection.Labeled or FrameSelection.Unlabeled => FramesWhere(labels, video, frame => frame.UserInstances.Any()),
        FrameSelection.Predicted => FramesWhere(labels, video, frame => frame.PredictedInstances.Any()),
        FrameSelection.Suggested => [.. labels.Suggestions.Where(suggestion => suggestion.Video == video).Select(suggestion => suggestion.FrameIndex)],
        _ => [],
    };

    private static HashSet<int> FramesWhere(SleapLabels labels, SleapVideo video, Func<LabeledFrame, bool> isWanted) =>
        [.. labels.Frames.Where(frame => frame.Video == video && isWanted(frame)).Select(frame => frame.FrameIndex)];

    private static SleapVideo VideoOf(string path, IFrameSource source)
    {
        var video = new SleapVideo
        {
            FileName = Path.GetFullPath(path),
            FrameCount = source.FrameIndices.Count,
            HeightPx = source.HeightPx,
            WidthPx = source.WidthPx,
            Channels = source.Channels,
        };
        return video;
    }
}
