using System.Globalization;
using SleapNn.Media;

namespace SleapNn.Reports;

/// <summary>Draws the plots of an evaluation.</summary>
public static class EvaluationCharts
{
    internal const int WidthPx = 520;
    internal const int HeightPx = 330;

    private const double Margin = 16;
    private const double TopPx = 46;
    private const double BottomPx = 44;
    private const int MostNodes = 40;
    private const double PictureScale = 2;

    /// <summary>The plots that a result has: those by OKS only where animals were matched by OKS.</summary>
    /// <param name="result">The result.</param>
    /// <returns>The plots.</returns>
    public static IReadOnlyList<EvaluationPlot> PlotsOf(EvaluationResult result)
    {
        var plots = new List<EvaluationPlot>();
        if (DistancesOf(result).Length > 0)
        {
            plots.Add(EvaluationPlot.Distances);
        }

        if (result.Nodes.Any(node => node.Distances.Count > 0))
        {
            plots.Add(EvaluationPlot.Nodes);
        }

        if (result.OksVoc is not null)
        {
            plots.Add(EvaluationPlot.PrecisionRecall);
        }

        if (result.Pck is { PckByThreshold.Count: > 0 })
        {
            plots.Add(EvaluationPlot.Pck);
        }

        return plots;
    }

    /// <summary>Draws plots as a picture, at twice the size that they have in a report.</summary>
    /// <param name="result">The result.</param>
    /// <param name="plot">Which plot.</param>
    /// <returns>The picture; the caller disposes it.</returns>
    /// <exception cref="EvaluationException">The result has no such plot (EvaluationNoPlot).</exception>
    public static Picture ToPicture(EvaluationResult result, EvaluationPlot plot = EvaluationPlot.All)
    {
        var available = PlotsOf(result);
        IReadOnlyList<EvaluationPlot> plots = plot == EvaluationPlot.All ? available : available.Contains(plot) ? [plot] : [];
        if (plots.Count == 0)
        {
            throw new EvaluationException(
                "EvaluationNoPlot",
                available.Count == 0
                    ? "There is nothing to plot: no predicted animal was matched with a labelled one."
                    : $"The result has no plot {plot}, since its animals were matched by {result.MatchedBy}. It has: {string.Join(", ", available)}.",
                plot);
        }

        var columns = plots.Count == 1 ? 1 : 2;
        var rows = plots.Chunk(columns).Select(row => row.Max(one => HeightOf(result, one))).ToList();
        var picture = Picture.Blank((int)(rows.Sum() * PictureScale), (int)(columns * WidthPx * PictureScale), 255);
        for (var i = 0; i < plots.Count; i++)
        {
            Draw(new PictureCanvas(picture, PictureScale, i % columns * WidthPx * PictureScale, rows.Take(i / columns).Sum() * PictureScale), result, plots[i]);
        }

        return picture;
    }

    /// <summary>Draws a plot as SVG.</summary>
    internal static string ToSvg(EvaluationResult result, EvaluationPlot plot)
    {
        var canvas = new SvgCanvas(WidthPx, HeightOf(result, plot), plot.ToString());
        Draw(canvas, result, plot);
        return canvas.ToString();
    }

    private static int HeightOf(EvaluationResult result, EvaluationPlot plot) =>
        plot == EvaluationPlot.Nodes ? Math.Max(HeightPx, (int)(TopPx + BottomPx + (Math.Min(result.Nodes.Count, MostNodes) * 18))) : HeightPx;

    private static void Draw(IChartCanvas canvas, EvaluationResult result, EvaluationPlot plot)
    {
        switch (plot)
        {
            case EvaluationPlot.Distances:
                DrawDistances(canvas, result);
                break;
            case EvaluationPlot.Nodes:
                DrawNodes(canvas, result);
                break;
            case EvaluationPlot.PrecisionRecall:
                DrawPrecisionRecall(canvas, result.OksVoc!);
                break;
            default:
                DrawPck(canvas, result.Pck!);
                break;
        }
    }

    private static double[] DistancesOf(EvaluationResult result) => [.. result.Matches.SelectMany(match => match.DistancesPx).Where(double.IsFinite).Order()];

    private static void DrawDistances(IChartCanvas canvas, EvaluationResult result)
    {
        var sorted = DistancesOf(result);

        // Up to the 99th percentile, beyond which the last bin holds the rest: a few outliers would flatten everything else.
        var step = PlotArea.StepFor(Math.Max(result.Distances.P99Px, 0.5) * 1.05, 6);
        var high = Math.Max(step, Math.Ceiling(result.Distances.P99Px * 1.05 / step) * step);
        const int bins = 30;
        var counts = new int[bins];
        foreach (var distance in sorted)
        {
            counts[Math.Min((int)(distance / high * bins), bins - 1)]++;
        }

        var beyond = sorted.Count(distance => distance >= high);
        var countStep = Math.Max(1, PlotArea.StepFor(counts.Max(), 4));
        var area = new PlotArea(canvas, 56, TopPx + 14, WidthPx - 56 - Margin, HeightPx - TopPx - BottomPx - 14, (0, high), (0, Math.Ceiling(counts.Max() / countStep) * countStep));
        Title(canvas, "Distance to the label", beyond > 0 ? $"{sorted.Length} points; the last bar includes {beyond} beyond {Number(high)} px" : $"{sorted.Length} points");
        area.VerticalAxis(countStep);
        for (var bin = 0; bin < bins; bin++)
        {
            var (left, right) = (area.X(bin * high / bins), area.X((bin + 1) * high / bins));
            canvas.Rectangle(left + 0.5, area.Y(counts[bin]), right - left - 1, area.Bottom - area.Y(counts[bin]), ChartColour.LightBlue);
        }

        Mark(canvas, area, result.Distances.P50Px, high, "median", ChartColour.Ink, 0);
        Mark(canvas, area, result.Distances.P95Px, high, "95 %", ChartColour.Orange, 1);
        area.HorizontalAxis(step, "distance (px)");
    }

    private static void Mark(IChartCanvas canvas, PlotArea area, double value, double high, string name, ChartColour colour, int row)
    {
        var x = area.X(Math.Min(value, high));
        canvas.Line([(x, area.Top - 2 + (row * 13)), (x, area.Bottom)], colour, 1.5, dashed: true);

        // On the side with more room.
        var before = x > area.Left + (area.Width * 0.7);
        canvas.Text($"{name} {Number(value)} px", x + (before ? -5 : 5), area.Top + 6 + (row * 13), colour, before ? ChartAnchor.End : ChartAnchor.Start, 11);
    }

    private static void DrawNodes(IChartCanvas canvas, EvaluationResult result)
    {
        var nodes = result.Nodes.OrderByDescending(node => node.Distances.P50Px).Take(MostNodes).ToList();
        var measured = nodes.Where(node => node.Distances.Count > 0).ToList();
        var step = PlotArea.StepFor(Math.Max(measured.Max(node => node.Distances.P95Px), 0.5), 6);
        var high = Math.Ceiling(Math.Max(measured.Max(node => node.Distances.P95Px), 0.5) / step) * step;
        var left = Math.Min(170, 24 + (nodes.Max(node => Shortened(node.Node).Length) * 7.5));
        var height = HeightOf(result, EvaluationPlot.Nodes);
        var area = new PlotArea(canvas, left, TopPx + 8, WidthPx - left - Margin - 6, height - TopPx - BottomPx - 8, (0, high), (0, 1));
        Title(canvas, "Distance by node", result.Nodes.Count > nodes.Count ? $"the worst {nodes.Count} of {result.Nodes.Count} nodes" : "worst first");
        Legend(canvas, [("median", ChartColour.Blue), ("90 %", ChartColour.LightBlue), ("95 %", ChartColour.Orange)]);
        area.HorizontalAxis(step, "distance (px)", grid: true);
        var row = area.Height / nodes.Count;
        for (var i = 0; i < nodes.Count; i++)
        {
            var (distances, middle, thick) = (nodes[i].Distances, area.Top + ((i + 0.5) * row), Math.Min(row * 0.6, 18));
            canvas.Text(Shortened(nodes[i].Node), left - 8, middle + 4, ChartColour.Ink, ChartAnchor.End);
            if (distances.Count == 0)
            {
                canvas.Text("never found", left + 6, middle + 4, ChartColour.Soft, sizePx: 11);
                continue;
            }

            canvas.Rectangle(area.Left, middle - (thick / 2), area.X(distances.P90Px) - area.Left, thick, ChartColour.LightBlue);
            canvas.Rectangle(area.Left, middle - (thick / 2), area.X(distances.P50Px) - area.Left, thick, ChartColour.Blue);
            canvas.Rectangle(area.X(distances.P95Px) - 1.5, middle - (thick / 2), 3, thick, ChartColour.Orange);
        }
    }

    private static void DrawPrecisionRecall(IChartCanvas canvas, VocMetrics voc)
    {
        var area = new PlotArea(canvas, 50, TopPx + 8, WidthPx - 50 - 96, HeightPx - TopPx - BottomPx - 8, (0, 1), (0, 1));
        Title(canvas, "Precision over recall", $"mAP {Number(voc.MeanAveragePrecision, "0.000")}, mAR {Number(voc.MeanAverageRecall, "0.000")}");
        area.VerticalAxis(0.2);
        area.HorizontalAxis(0.2, "recall");
        var count = voc.MatchScoreThresholds.Count;
        canvas.Text("OKS at least", area.Right + 14, area.Top + 6, ChartColour.Soft, sizePx: 11);
        for (var i = 0; i < count; i++)
        {
            var colour = ChartColour.Between(new(12, 44, 132), new(253, 141, 60), count == 1 ? 0 : i / (double)(count - 1));
            var precisions = voc.Precisions[i];
            canvas.Line([.. precisions.Select((precision, k) => (area.X(voc.RecallThresholds[k]), area.Y(precision)))], colour, 2);
            var y = area.Top + 24 + (i * 17);
            canvas.Line([(area.Right + 14, y - 4), (area.Right + 32, y - 4)], colour, 3);
            canvas.Text($"{Number(voc.MatchScoreThresholds[i], "0.00")}", area.Right + 38, y, ChartColour.Ink, sizePx: 11);
        }
    }

    private static void DrawPck(IChartCanvas canvas, PckMetrics pck)
    {
        var thresholds = pck.ThresholdsPx;
        var area = new PlotArea(canvas, 50, TopPx + 8, WidthPx - 50 - Margin - 8, HeightPx - TopPx - BottomPx - 8, (0, thresholds[^1]), (0, 1));
        Title(canvas, "Correct keypoints (PCK)", $"mPCK {Number(pck.MeanPck, "0.000")}, at 5 px {Number(pck.PckAt5Px, "0.000")}, at 10 px {Number(pck.PckAt10Px, "0.000")}");
        area.VerticalAxis(0.2);
        area.HorizontalAxis(2, "distance that still counts as correct (px)");
        var points = thresholds.Select((threshold, i) => (area.X(threshold), area.Y(pck.PckByThreshold[i]))).ToList();
        canvas.Line(points, ChartColour.Blue, 2);
        points.ForEach(point => canvas.Dot(point.Item1, point.Item2, 3.5, ChartColour.Blue));
    }

    private static void Title(IChartCanvas canvas, string title, string detail)
    {
        canvas.Text(title, Margin, 22, ChartColour.Ink, sizePx: 15);
        canvas.Text(detail, Margin, 39, ChartColour.Soft, sizePx: 12);
    }

    private static void Legend(IChartCanvas canvas, IReadOnlyList<(string Name, ChartColour Colour)> entries)
    {
        var x = WidthPx - Margin;
        foreach (var (name, colour) in entries.Reverse())
        {
            x -= name.Length * 7;
            canvas.Text(name, x, 22, ChartColour.Soft, sizePx: 11);
            canvas.Rectangle(x - 15, 13, 10, 10, colour);
            x -= 28;
        }
    }

    // The middle goes: long names often differ at their ends.
    private static string Shortened(string name) => name.Length > 19 ? $"{name[..8]}..{name[^9..]}" : name;

    private static string Number(double value, string format = "0.0#") => value.ToString(format, CultureInfo.InvariantCulture);
}
