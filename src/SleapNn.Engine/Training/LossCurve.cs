using System.Globalization;
using SleapNn.Media;
using SleapNn.Reports;

namespace SleapNn.Training;

/// <summary>The picture of a run's losses over its epochs, on a logarithmic scale.</summary>
public static class LossCurve
{
    /// <summary>The name of the file in a run's folder.</summary>
    public const string FileName = "loss_curve.png";

    private const int WidthPx = 640;
    private const int HeightPx = 400;
    private const double Enlargement = 1.5;

    /// <summary>Draws the losses.</summary>
    /// <param name="entries">The epochs; at least one.</param>
    /// <param name="bestEpoch">The epoch to mark; -1 for none.</param>
    /// <returns>The picture; the caller disposes it.</returns>
    public static Picture Draw(IReadOnlyList<TrainingLogEntry> entries, int bestEpoch = -1)
    {
        var picture = Picture.Blank((int)(HeightPx * Enlargement), (int)(WidthPx * Enlargement), 255);
        var canvas = new PictureCanvas(picture, Enlargement);
        var positive = entries.SelectMany(e => new[] { e.TrainLoss, e.ValLoss }).Where(v => v > 0 && double.IsFinite(v)).Select(Math.Log10).ToList();
        var (low, high) = positive.Count == 0 ? (-1.0, 0.0) : (positive.Min(), positive.Max());
        var room = Math.Max((high - low) * 0.06, 0.02);
        (low, high) = (low - room, high + room);
        var last = Math.Max(entries[^1].Epoch, 1);
        var step = Math.Max(1, PlotArea.StepFor(last, 8));
        var area = new PlotArea(canvas, 72, 40, WidthPx - 96, HeightPx - 96, (0, last), (low, high));

        area.LogarithmicAxis();
        area.HorizontalAxis(step, "Epoch");
        Curve(canvas, area, entries, e => e.TrainLoss, ChartColour.Blue);
        Curve(canvas, area, entries, e => e.ValLoss, ChartColour.Orange);
        if (entries.FirstOrDefault(e => e.Epoch == bestEpoch) is { ValLoss: > 0 } best)
        {
            canvas.Dot(area.X(best.Epoch), area.Y(Math.Log10(best.ValLoss)), 5, ChartColour.Orange);
        }

        Legend(canvas, 72, "training loss", entries[^1].TrainLoss, ChartColour.Blue);
        Legend(canvas, 330, "validation loss", entries[^1].ValLoss, ChartColour.Orange);
        return picture;
    }

    private static void Curve(PictureCanvas canvas, PlotArea area, IReadOnlyList<TrainingLogEntry> entries, Func<TrainingLogEntry, double> value, ChartColour colour)
    {
        var points = entries.Where(e => value(e) > 0).Select(e => (area.X(e.Epoch), area.Y(Math.Log10(value(e))))).ToList();
        if (points.Count > 1)
        {
            canvas.Line(points, colour, 2);
        }

        foreach (var (x, y) in points.Count <= 60 ? points : [])
        {
            canvas.Dot(x, y, 2.5, colour);
        }
    }

    private static void Legend(PictureCanvas canvas, double left, string name, double value, ChartColour colour)
    {
        canvas.Line([(left, 20), (left + 22, 20)], colour, 3);
        canvas.Text(string.Create(CultureInfo.InvariantCulture, $"{name}: {value:g4}"), left + 30, 24, ChartColour.Ink);
    }
}
