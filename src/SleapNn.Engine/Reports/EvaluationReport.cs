using System.Globalization;
using System.Net;
using System.Text;
using SleapNn.Media;

namespace SleapNn.Reports;

/// <summary>Writes an evaluation as one HTML page that needs nothing beside it: styles, plots and pictures are inside.</summary>
public static class EvaluationReport
{
    /// <summary>Writes the page.</summary>
    /// <param name="result">The evaluation.</param>
    /// <param name="path">The file; one that is there is replaced once the new one is whole.</param>
    /// <param name="worstFrameCount">How many of the worst frames are shown.</param>
    /// <param name="cancellationToken">Stops the writing; nothing is left behind then.</param>
    /// <returns>What could not be shown, in words; empty where all is in the page.</returns>
    public static IReadOnlyList<string> Save(EvaluationResult result, string path, int worstFrameCount = 6, CancellationToken cancellationToken = default)
    {
        var (pictures, problems) = Pictures(result, worstFrameCount, cancellationToken);
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.Append(CultureInfo.InvariantCulture, $"<title>{Text(TitleOf(result))}</title>\n<style>\n{ReportStyle.Css}</style>\n</head>\n<body>\n<main>\n");
        AppendHead(page, result, problems);
        AppendNumbers(page, result);
        AppendPlots(page, result);
        AppendWorst(page, result, pictures);
        AppendNodes(page, result);
        AppendVideos(page, result);
        AppendOptions(page, result);
        page.Append("</main>\n</body>\n</html>\n");
        AtomicFile.WriteText(path, page.ToString());
        return problems;
    }

    private static string TitleOf(EvaluationResult result) => $"Evaluation of {NameOf(result.Prediction)}";

    private static void AppendHead(StringBuilder page, EvaluationResult result, IReadOnlyList<string> problems)
    {
        page.Append(CultureInfo.InvariantCulture, $"<header>\n<h1>{Text(TitleOf(result))}</h1>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p>against {Text(NameOf(result.GroundTruth))}{(result.Video is { } video ? $", video {Text(video.ToString())}" : "")}: {result.FrameCount} frames, animals matched by {(result.MatchedBy == MatchMethod.Oks ? "OKS" : "centroid")}. Made on {DateTime.Now:yyyy-MM-dd HH:mm}.</p>\n");
        foreach (var note in result.Notes.Concat(problems))
        {
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Text(note)}</p>\n");
        }

        page.Append("</header>\n");
    }

    private static void AppendNumbers(StringBuilder page, EvaluationResult result)
    {
        page.Append("<section class=\"tiles\">\n");
        if (result.OksVoc is { } voc)
        {
            Tile("mOKS", Number(result.MeanOks), "mean similarity of matched animals, 0 to 1");
            Tile("mAP", Number(voc.MeanAveragePrecision), "average precision by OKS");
            Tile("mAR", Number(voc.MeanAverageRecall), "average recall by OKS");
            Tile("mPCK", Number(result.Pck!.MeanPck), "correct keypoints, 1 to 10 px");
        }

        Tile("Median error", Pixels(result.Distances.P50Px), $"95 % below {Pixels(result.Distances.P95Px)}");
        Tile("Animals found", $"{result.Detection.Matched} of {result.Detection.Matched + result.Detection.Missed}", $"{result.Detection.Missed} missed, {result.Detection.Invented} invented");
        if (result.Visibility is { } visibility)
        {
            Tile("Visible nodes", Number(visibility.Recall), $"recall; precision {Number(visibility.Precision)}");
        }

        Tile("Centroids", Number(result.Centroids.Detection.Recall), $"recall; precision {Number(result.Centroids.Detection.Precision)}");
        page.Append("</section>\n");

        void Tile(string name, string value, string detail) => page.Append(
            CultureInfo.InvariantCulture, $"<div class=\"tile\"><span>{Text(name)}</span><strong>{Text(value)}</strong><small>{Text(detail)}</small></div>\n");
    }

    private static void AppendPlots(StringBuilder page, EvaluationResult result)
    {
        var plots = EvaluationCharts.PlotsOf(result);
        if (plots.Count == 0)
        {
            return;
        }

        page.Append("<section class=\"plots\">\n");
        foreach (var plot in plots)
        {
            page.Append(CultureInfo.InvariantCulture, $"<figure>{EvaluationCharts.ToSvg(result, plot)}</figure>\n");
        }

        page.Append("</section>\n");
    }

    private static void AppendWorst(StringBuilder page, EvaluationResult result, List<(FrameEvaluation Frame, byte[] Picture)> pictures)
    {
        if (pictures.Count == 0)
        {
            return;
        }

        page.Append("<section>\n<h2>Worst frames</h2>\n<p class=\"key\"><i style=\"background:#00e578\"></i>label <i style=\"background:#ff5a3c\"></i>prediction <i style=\"background:#ffd600\"></i>error</p>\n<div class=\"frames\">\n");
        foreach (var (frame, picture) in pictures)
        {
            var facts = new List<string>();
            if (!double.IsNaN(frame.MeanOks) && result.MatchedBy == MatchMethod.Oks)
            {
                facts.Add($"OKS {Number(frame.MeanOks)}");
            }

            if (!double.IsNaN(frame.MeanDistancePx))
            {
                facts.Add($"mean error {Pixels(frame.MeanDistancePx)}");
            }

            AddCount(frame.Missed.Count, "missed");
            AddCount(frame.Invented.Count, "invented");
            var where = result.Videos.Count > 1 ? $"{NameOf(frame.Video.FileName)}, frame {frame.FrameIndex}" : $"Frame {frame.FrameIndex}";
            page.Append(CultureInfo.InvariantCulture, $"<figure><img alt=\"{Text(where)}\" src=\"data:image/jpeg;base64,{Convert.ToBase64String(picture)}\"><figcaption><b>{Text(where)}</b> {Text(string.Join(", ", facts))}</figcaption></figure>\n");

            void AddCount(int count, string what)
            {
                if (count > 0)
                {
                    facts.Add($"{count} {what}");
                }
            }
        }

        page.Append("</div>\n</section>\n");
    }

    private static void AppendNodes(StringBuilder page, EvaluationResult result)
    {
        if (result.Nodes.Count == 0)
        {
            return;
        }

        page.Append("<section>\n<h2>Nodes</h2>\n<div class=\"wide\"><table>\n<tr><th>Node</th><th>Points</th><th>Mean (px)</th><th>Median (px)</th><th>90 % (px)</th><th>95 % (px)</th><th>PCK</th><th>Missed</th><th>Invented</th></tr>\n");
        foreach (var node in result.Nodes)
        {
            var d = node.Distances;
            Row(page, node.Node, $"{d.Count}", Number(d.MeanPx, "0.00"), Number(d.P50Px, "0.00"), Number(d.P90Px, "0.00"), Number(d.P95Px, "0.00"), Number(node.Pck), $"{node.Missed}", $"{node.Invented}");
        }

        page.Append("</table></div>\n</section>\n");
    }

    private static void AppendVideos(StringBuilder page, EvaluationResult result)
    {
        if (result.Videos.Count < 2)
        {
            return;
        }

        page.Append("<section>\n<h2>Videos</h2>\n<div class=\"wide\"><table>\n<tr><th>Video</th><th>Frames</th><th>Found</th><th>Missed</th><th>Invented</th><th>mOKS</th><th>mAP</th><th>mPCK</th><th>Median (px)</th><th>95 % (px)</th></tr>\n");
        foreach (var video in result.Videos)
        {
            Row(
                page,
                NameOf(video.Video!.ToString()),
                $"{video.FrameCount}",
                $"{video.Detection.Matched}",
                $"{video.Detection.Missed}",
                $"{video.Detection.Invented}",
                Number(video.MeanOks),
                Number(video.OksVoc?.MeanAveragePrecision ?? double.NaN),
                Number(video.Pck?.MeanPck ?? double.NaN),
                Number(video.Distances.P50Px, "0.00"),
                Number(video.Distances.P95Px, "0.00"));
        }

        page.Append("</table></div>\n</section>\n");
    }

    private static void AppendOptions(StringBuilder page, EvaluationResult result)
    {
        var options = result.Options;
        page.Append("<footer>\n<p>");
        page.Append(result.MatchedBy == MatchMethod.Oks
            ? Text($"OKS with standard deviation {string.Join(", ", options.OksStddev.Select(value => Number(value, "0.####")))} and {(options.OksScale is { } scale ? $"an area of {Number(scale, "0.#")} px²" : "the area of each animal's bounding box")}; animals match above an OKS of {Number(options.MatchThreshold, "0.##")}. ")
            : Text($"Centroids match up to {Number(options.MaxCentroidDistancePx, "0.#")} px. "));
        page.Append(CultureInfo.InvariantCulture, $"Ground truth: {Text(result.GroundTruth ?? "in memory")}. Prediction: {Text(result.Prediction ?? "in memory")}.</p>\n</footer>\n");
    }

    private static void Row(StringBuilder page, params string[] cells)
    {
        page.Append("<tr>");
        foreach (var cell in cells)
        {
            page.Append("<td>").Append(Text(cell)).Append("</td>");
        }

        page.Append("</tr>\n");
    }

    private static (List<(FrameEvaluation Frame, byte[] Picture)> Pictures, List<string> Problems) Pictures(
        EvaluationResult result, int count, CancellationToken cancellationToken)
    {
        var (pictures, problems) = (new List<(FrameEvaluation, byte[])>(), new List<string>());
        var sources = new Dictionary<SleapVideo, IFrameSource?>();
        try
        {
            foreach (var frame in WorstFrames.Choose(result, count))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var image = ImageOf(frame, sources, problems);
                using var picture = WorstFrames.Draw(frame, image);
                pictures.Add((frame, picture.Encode(".jpg")));
            }
        }
        finally
        {
            foreach (var source in sources.Values)
            {
                source?.Dispose();
            }
        }

        return (pictures, problems);
    }

    // A report without images is still worth having; that they are missing is said in it.
    private static ImageFrame? ImageOf(FrameEvaluation frame, Dictionary<SleapVideo, IFrameSource?> sources, List<string> problems)
    {
        try
        {
            if (!sources.TryGetValue(frame.Video, out var source))
            {
                sources[frame.Video] = null;
                sources[frame.Video] = source = FrameSource.Open(frame.Video);
            }

            return source?.Read(frame.FrameIndex);
        }
        catch (MediaException error)
        {
            var problem = $"Worst frames are drawn without their image: {error.Message}";
            if (!problems.Contains(problem))
            {
                problems.Add(problem);
            }

            return null;
        }
    }

    private static string NameOf(string? path) => path is null ? "labels in memory" : path[(path.AsSpan().LastIndexOfAny('/', '\\') + 1)..];

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Pixels(double value) => double.IsNaN(value) ? "-" : $"{Number(value, "0.00")} px";

    private static string Number(double value, string format = "0.000") => double.IsNaN(value) ? "-" : value.ToString(format, CultureInfo.InvariantCulture);
}
