using System.Globalization;
using SleapNn.Media;
using SleapNn.Reports;

namespace SleapNn.Sweeps;

/// <summary>Draws the loss curves of runs in one picture.</summary>
public static class RunChart
{
    private const double Scale = 2;
    private const int PlotWidthPx = 560;
    private const int LeastHeightPx = 400;
    private const double LeftPx = 72;
    private const double TopPx = 56;
    private const double RowPx = 20;
    private const int MostRows = 40;
    private const int LongestLabel = 60;
    private const double LetterPx = 7;

    // Those of Okabe and Ito, which colour-blind people can tell apart as well, on white.
    private static readonly ChartColour[] Colours =
    [
        new(0, 114, 178), new(213, 94, 0), new(0, 158, 115), new(204, 121, 167), new(86, 180, 233), new(230, 159, 0), new(60, 60, 60), new(150, 110, 60),
    ];

    /// <summary>Draws curves over epochs, best first in the legend, on a logarithmic scale.</summary>
    /// <param name="runs">The runs and their epochs.</param>
    /// <param name="training">The training losses instead of the validation losses.</param>
    /// <returns>The picture; the caller disposes it.</returns>
    /// <exception cref="TrainingException">No run has a finished epoch (RunsWithoutEpochs).</exception>
    public static Picture Draw(IReadOnlyList<(SleapRun Run, IReadOnlyList<TrainingLogEntry> Log)> runs, bool training = false)
    {
        var curves = runs
            .Select(run => new Curve(run.Run.Label.Length > 0 ? run.Run.Label : run.Run.Name, [.. run.Log.Select(entry => (entry.Epoch, Loss: training ? entry.TrainLoss : entry.ValLoss)).Where(point => point.Loss > 0 && double.IsFinite(point.Loss))]))
            .Where(curve => curve.Points.Count > 0)
            .OrderBy(curve => curve.Best)
            .ToList();
        if (curves.Count == 0)
        {
            throw new TrainingException("RunsWithoutEpochs", "None of the runs has finished an epoch, so there is nothing to draw.");
        }

        var rows = Math.Min(curves.Count, MostRows);
        var legendPx = (curves.Take(rows).Max(curve => Shortened(curve.Label).Length) * LetterPx) + 130;
        var heightPx = Math.Max(LeastHeightPx, (int)(TopPx + (rows * RowPx) + 60));
        var picture = Picture.Blank((int)(heightPx * Scale), (int)((PlotWidthPx + legendPx) * Scale), 255);
        var canvas = new PictureCanvas(picture, Scale);
        var (low, high) = Bounds(curves);
        var last = Math.Max(1, curves.Max(curve => curve.Points[^1].Epoch));
        var area = new PlotArea(canvas, LeftPx, TopPx, PlotWidthPx - LeftPx - 16, heightPx - TopPx - 52, (0, last), (Math.Log10(low), Math.Log10(high)));

        canvas.Text(training ? "Training loss" : "Validation loss", 16, 24, ChartColour.Ink, sizePx: 15);
        canvas.Text($"{curves.Count} runs, best first{(curves.Count > rows ? $"; the legend has the best {rows}" : "")}", 16, 42, ChartColour.Soft);
        area.LogarithmicAxis();
        area.HorizontalAxis(Math.Max(1, PlotArea.StepFor(last, 8)), "epoch");

        // The best on top.
        for (var i = curves.Count - 1; i >= 0; i--)
        {
            DrawCurve(canvas, area, curves[i], Colours[i % Colours.Length], isDashed: i / Colours.Length % 2 == 1);
        }

        canvas.Text("best", PlotWidthPx + legendPx - 90, TopPx - 4, ChartColour.Soft, sizePx: 11);
        for (var i = 0; i < rows; i++)
        {
            var y = TopPx + 14 + (i * RowPx);
            canvas.Line([(PlotWidthPx + 4, y - 4), (PlotWidthPx + 26, y - 4)], Colours[i % Colours.Length], 3, dashed: i / Colours.Length % 2 == 1);
            canvas.Text(Shortened(curves[i].Label), PlotWidthPx + 34, y, ChartColour.Ink);
            canvas.Text(Number(curves[i].Best), PlotWidthPx + legendPx - 90, y, ChartColour.Soft);
        }

        return picture;
    }

    private static void DrawCurve(PictureCanvas canvas, PlotArea area, Curve curve, ChartColour colour, bool isDashed)
    {
        var points = curve.Points.ConvertAll(point => (area.X(point.Epoch), area.Y(Math.Log10(point.Loss))));
        if (points.Count > 1)
        {
            canvas.Line(points, colour, 2, isDashed);
        }

        var best = curve.Points.FindIndex(point => point.Loss == curve.Best);
        canvas.Dot(points[best].Item1, points[best].Item2, 4, colour);
    }

    private static (double Low, double High) Bounds(List<Curve> curves)
    {
        var low = curves.Min(curve => curve.Best);
        var high = curves.Max(curve => curve.Points.Max(point => point.Loss));
        var room = Math.Max(Math.Pow(high / low, 0.05), 1.02);
        return (low / room, high * room);
    }

    private static string Shortened(string label) => label.Length <= LongestLabel ? label : label[..(LongestLabel - 2)] + "..";

    private static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    private sealed record Curve(string Label, List<(int Epoch, double Loss)> Points)
    {
        public double Best { get; } = Points.Count == 0 ? double.NaN : Points.Min(point => point.Loss);
    }
}
