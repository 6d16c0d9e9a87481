using System.Management.Automation;
using SleapNn.Media;

namespace SleapNn.PowerShell.Commands;

/// <summary>Draws poses over the frames of their video and saves them as a video.</summary>
[Cmdlet(VerbsData.Export, "SleapVideo", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportSleapVideo : PoseDrawingCmdlet
{
    /// <summary>Which video of the labels.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [ArgumentCompleter(typeof(VideoIndexCompleter))]
    public int VideoIndex { get; set; }

    /// <summary>The first frame.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? FirstFrame { get; set; }

    /// <summary>The last frame.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? LastFrame { get; set; }

    /// <summary>The frame rate.</summary>
    [Parameter]
    [ValidateRange(0.1, 1000.0)]
    public double? FramesPerSecond { get; set; }

    /// <summary>How frames are compressed.</summary>
    [Parameter]
    public VideoCodec Codec { get; set; }

    /// <summary>How far back trails reach.</summary>
    [Parameter]
    [ValidateRange(0, 100_000)]
    public int TrailFrames { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        var labels = ReadLabels();
        if (VideoIndex >= labels.Videos.Count)
        {
            throw new MediaException("MediaVideoIndex", $"There is no video {VideoIndex}: the labels have {labels.Videos.Count}, numbered from 0.", labels);
        }

        var model = ResolveModel();
        var output = ResolveOutputPath(OutputPath);
        RequireFree(output);
        var video = labels.Videos[VideoIndex];
        var codec = VideoFile.CodecFor(output, Codec);
        WriteVerbose($"Codec: {codec}");
        using var source = FrameSource.Open(video);
        var labelled = labels.Frames.Where(f => ReferenceEquals(f.Video, video)).Select(f => f.FrameIndex).DefaultIfEmpty(0).ToList();
        var (first, last) = (FirstFrame ?? labelled.Min(), LastFrame ?? labelled.Max());
        var indices = source.FrameIndices.Where(i => i >= first && i <= last).Order().ToList();
        if (indices.Count == 0)
        {
            throw new MediaException("MediaNoFrames", $"'{source.Name}' has no frames from {first} to {last}, so there is nothing to draw.", source.Name);
        }

        if (!ShouldProcess(output, $"Draw {indices.Count} frames of '{source.Name}'"))
        {
            return;
        }

        var framesPerSecond = FramesPerSecond ?? (source is VideoFrameSource { FramesPerSecond: > 0 } file ? file.FramesPerSecond : 25);
        var style = StyleFor(labels);
        var progress = new ProgressRecord(1, "Drawing a video", "Frame");
        RunPumped<int, int>(
            (reports, token) =>
            {
                var (network, maps) = OpenModel(model);
                using (network)
                {
                    var drawn = PoseDrawing.DrawVideo(labels, video, source, indices, style, Zoom, TrailFrames, Kind, maps).Select((frame, i) =>
                    {
                        reports.Report(i + 1);
                        return frame;
                    });
                    return VideoFile.Write(output, framesPerSecond, drawn, codec, token);
                }
            },
            done =>
            {
                progress.StatusDescription = $"Frame {done} of {indices.Count}";
                progress.PercentComplete = (int)(100L * done / indices.Count);
                WriteProgress(progress);
            });
        progress.RecordType = ProgressRecordType.Completed;
        WriteProgress(progress);
        WriteFile(output);
    }
}
