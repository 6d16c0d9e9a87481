using System.Management.Automation;
using SleapNn.Media;
using IOPath = System.IO.Path;

namespace SleapNn.PowerShell.Commands;

/// <summary>Draws poses over their frames and saves them as pictures.</summary>
[Cmdlet(VerbsData.Export, "SleapImage", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportSleapImage : PoseDrawingCmdlet
{
    /// <summary>Which frames, by their number in the video.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int[]? FrameIndex { get; set; }

    /// <summary>Which video of the labels.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [ArgumentCompleter(typeof(VideoIndexCompleter))]
    public int? VideoIndex { get; set; }

    /// <summary>Pictures in a row of a sheet.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int Columns { get; set; } = 4;

    /// <inheritdoc/>
    protected override void Process()
    {
        var labels = ReadLabels();
        var frames = ChooseFrames(labels);
        var model = ResolveModel();
        var output = ResolveOutputPath(OutputPath);
        var isSheet = FrameSource.IsImagePath(output);
        var targets = isSheet ? [output] : frames.Select(f => IOPath.Combine(output, NameOf(labels, f))).ToList();
        targets.ForEach(RequireFree);
        if (!ShouldProcess(output, isSheet ? $"Draw {frames.Count} frames on one sheet" : $"Draw {frames.Count} pictures"))
        {
            return;
        }

        var style = StyleFor(labels);
        if (isSheet && frames.Count > 200)
        {
            throw new MediaException("MediaSheet", $"A sheet holds up to 200 pictures, not {frames.Count}. Choose with -FrameIndex, or give a folder as -OutputPath.", output);
        }

        var progress = new ProgressRecord(1, "Drawing poses", "Frame");
        RunPumped<int, bool>(
            (reports, token) =>
            {
                if (isSheet)
                {
                    SaveSheet(labels, frames, style, model, output, reports, token);
                }
                else
                {
                    SaveEach(frames, style, model, targets, reports, token);
                }

                return true;
            },
            done =>
            {
                progress.StatusDescription = $"Frame {done} of {frames.Count}";
                progress.PercentComplete = (int)(100L * done / frames.Count);
                WriteProgress(progress);
            });
        progress.RecordType = ProgressRecordType.Completed;
        WriteProgress(progress);
        targets.ForEach(WriteFile);
    }

    private List<LabeledFrame> ChooseFrames(SleapLabels labels)
    {
        if (VideoIndex is { } wanted && wanted >= labels.Videos.Count)
        {
            throw new MediaException("MediaVideoIndex", $"There is no video {wanted}: the labels have {labels.Videos.Count}, numbered from 0.", labels);
        }

        var frames = labels.Frames
            .Where(f => VideoIndex is not { } index || ReferenceEquals(f.Video, labels.Videos[index]))
            .Where(f => FrameIndex is null || FrameIndex.Contains(f.FrameIndex))
            .OrderBy(f => labels.Videos.IndexOf(f.Video)).ThenBy(f => f.FrameIndex)
            .ToList();
        return frames.Count > 0 ? frames : throw new MediaException("MediaNoFrames", "The labels have no such frames, so there is nothing to draw.", labels);
    }

    private void SaveEach(List<LabeledFrame> frames, PoseStyle style, string? model, List<string> targets, IProgress<int> progress, CancellationToken token)
    {
        foreach (var (picture, i) in DrawAll(frames, style, model, token))
        {
            using (picture)
            {
                picture.Save(targets[i]);
            }

            progress.Report(i + 1);
        }
    }

    private void SaveSheet(SleapLabels labels, List<LabeledFrame> frames, PoseStyle style, string? model, string output, IProgress<int> progress, CancellationToken token)
    {
        var pictures = new List<Picture>();
        try
        {
            foreach (var (picture, i) in DrawAll(frames, style, model, token))
            {
                pictures.Add(picture);
                progress.Report(i + 1);
            }

            var captions = frames.Select(f => labels.Videos.Count > 1 ? $"video {labels.Videos.IndexOf(f.Video)}, frame {f.FrameIndex}" : $"frame {f.FrameIndex}").ToList();
            using var sheet = Picture.Sheet(pictures, Columns, captions);
            sheet.Save(output);
        }
        finally
        {
            pictures.ForEach(p => p.Dispose());
        }
    }

    private IEnumerable<(Picture Picture, int Position)> DrawAll(List<LabeledFrame> frames, PoseStyle style, string? model, CancellationToken token)
    {
        IFrameSource? source = null;
        SleapVideo? opened = null;
        var (network, maps) = OpenModel(model);
        try
        {
            for (var i = 0; i < frames.Count; i++)
            {
                token.ThrowIfCancellationRequested();
                if (!ReferenceEquals(opened, frames[i].Video))
                {
                    source?.Dispose();
                    source = FrameSource.Open(frames[i].Video);
                    opened = frames[i].Video;
                }

                yield return (PoseDrawing.Draw(frames[i], source!.Read(frames[i].FrameIndex), style, Zoom, Kind, maps), i);
            }
        }
        finally
        {
            source?.Dispose();
            network?.Dispose();
        }
    }

    private static string NameOf(SleapLabels labels, LabeledFrame frame)
    {
        var name = IOPath.GetFileNameWithoutExtension(frame.Video.FileName.Replace('\\', '/'));
        name = name.EndsWith(".pkg", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name;
        var number = labels.Videos.Count > 1 ? $"_video{labels.Videos.IndexOf(frame.Video)}" : "";
        return $"{(name.Length > 0 ? name : "frame")}{number}_{frame.FrameIndex:000000}.png";
    }
}
