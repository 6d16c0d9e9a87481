using System.Globalization;
using System.Text;

namespace SleapNn.LabelFiles;

/// <summary>
/// Writes poses as CSV with sleap-io's columns: track, frame_idx, instance.score and, by name, {node}.score, {node}.x and
/// {node}.y (pixels); one row an animal.
/// </summary>
public static class CsvFile
{
    /// <summary>Writes the animals of one video, or of all.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="path">The file; one that is there is replaced once the new one is whole.</param>
    /// <param name="videoIndex">
    /// Which of the labels' videos, from 0; null writes all. Where several have frames, a first column video_path tells them apart.
    /// </param>
    /// <exception cref="LabelsException">
    /// There is no such video (LabelsVideoIndex), it has no frames (LabelsNoFrames), or the file cannot be written (LabelsAccess).
    /// </exception>
    public static void Save(SleapLabels labels, string path, int? videoIndex = null)
    {
        var only = videoIndex is { } index ? AnalysisFile.VideoAt(labels, index) : null;
        var frames = labels.Frames.Where(frame => only is null || ReferenceEquals(frame.Video, only)).ToList();
        if (frames.Count == 0)
        {
            throw new LabelsException("LabelsNoFrames", only is null ? "The labels have no frames, so there is nothing to write." : $"'{only}' has no labelled frames, so there is nothing to write.", labels);
        }

        var withVideo = frames.Select(frame => frame.Video).Distinct().Skip(1).Any();
        var columns = Columns(labels, frames);
        var full = Path.GetFullPath(path);
        try
        {
            AtomicFile.Write(full, stream =>
            {
                using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
                string[] head = withVideo ? ["video_path", "track", "frame_idx", "instance.score"] : ["track", "frame_idx", "instance.score"];
                writer.WriteLine(string.Join(',', head.Concat(columns.Select(column => $"{column.Node}.{column.Value}")).Select(Quoted)));
                foreach (var frame in frames)
                {
                    foreach (var instance in frame.UserInstances.Concat(frame.PredictedInstances))
                    {
                        writer.WriteLine(Row(frame, instance, columns, withVideo));
                    }
                }
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LabelsException("LabelsAccess", $"'{full}' cannot be written: {error.Message}", path, error);
        }
    }

    private static List<(string Node, string Value)> Columns(SleapLabels labels, List<LabeledFrame> frames)
    {
        var instances = frames.SelectMany(frame => frame.Instances).ToList();
        string[] values = instances.Any(instance => instance.Kind == InstanceKind.Predicted) ? ["score", "x", "y"] : ["x", "y"];
        var skeletons = instances.Select(instance => instance.Skeleton).Distinct().DefaultIfEmpty(labels.Skeletons.FirstOrDefault());
        return [.. skeletons.OfType<Skeleton>().SelectMany(skeleton => skeleton.Nodes).Distinct()
            .SelectMany(node => values.Select(value => (Node: node, Value: value)))
            .OrderBy(column => $"{column.Node}.{column.Value}", StringComparer.Ordinal)];
    }

    private static string Row(LabeledFrame frame, PoseInstance instance, List<(string Node, string Value)> columns, bool withVideo)
    {
        var predicted = instance.Kind == InstanceKind.Predicted;
        var cells = new List<string>(columns.Count + 4);
        if (withVideo)
        {
            cells.Add(Quoted(frame.Video.FileName));
        }

        cells.Add(Quoted(instance.Track?.Name ?? ""));
        cells.Add(frame.FrameIndex.ToString(CultureInfo.InvariantCulture));
        cells.Add(predicted ? Number(instance.Score) : "");
        foreach (var (node, value) in columns)
        {
            var at = instance.Skeleton.IndexOf(node);
            cells.Add(at < 0 ? "" : value switch
            {
                "x" => Number(instance.Points[at].X),
                "y" => Number(instance.Points[at].Y),
                _ => predicted ? Number(instance.Points[at].Score) : "",
            });
        }

        return string.Join(',', cells);
    }

    // As Python writes numbers, shortest and exact: whole ones keep ".0", what is not there is empty.
    private static string Number(double value)
    {
        if (double.IsNaN(value))
        {
            return "";
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('E') ? text.Replace('E', 'e') : text.Contains('.') || double.IsInfinity(value) ? text : text + ".0";
    }

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";
}
