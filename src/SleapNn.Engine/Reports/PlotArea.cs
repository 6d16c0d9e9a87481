using System.Globalization;

namespace SleapNn.Reports;

/// <summary>The area of a chart with its axes: turns values into positions.</summary>
internal sealed class PlotArea
{
    private readonly IChartCanvas canvas;
    private readonly (double Low, double High) x;
    private readonly (double Low, double High) y;

    public PlotArea(IChartCanvas canvas, double left, double top, double width, double height, (double Low, double High) x, (double Low, double High) y)
    {
        this.canvas = canvas;
        (Left, Top, Width, Height) = (left, top, width, height);
        (this.x, this.y) = (x, y);
    }

    public double Left { get; }

    public double Top { get; }

    public double Width { get; }

    public double Height { get; }

    public double Bottom => Top + Height;

    public double Right => Left + Width;

    /// <summary>Round steps, about as many as asked for, that cover a range from 0.</summary>
    public static double StepFor(double largest, int about)
    {
        var raw = Math.Max(largest, double.Epsilon) / about;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return power * ((raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
    }

    public double X(double value) => Left + ((value - x.Low) / (x.High - x.Low) * Width);

    public double Y(double value) => Bottom - ((value - y.Low) / (y.High - y.Low) * Height);

    public void HorizontalAxis(double step, string title, bool grid = false)
    {
        for (var value = x.Low; value <= x.High + (step / 1000); value += step)
        {
            if (grid)
            {
                canvas.Line([(X(value), Top), (X(value), Bottom)], ChartColour.Grid, 1);
            }

            canvas.Line([(X(value), Bottom), (X(value), Bottom + 4)], ChartColour.Soft, 1);
            canvas.Text(Label(value, step), X(value), Bottom + 17, ChartColour.Soft, ChartAnchor.Middle, 11);
        }

        canvas.Line([(Left, Bottom), (Right, Bottom)], ChartColour.Soft, 1);
        canvas.Text(title, Left + (Width / 2), Bottom + 34, ChartColour.Ink, ChartAnchor.Middle);
    }

    public void VerticalAxis(double step)
    {
        for (var value = y.Low; value <= y.High + (step / 1000); value += step)
        {
            canvas.Line([(Left, Y(value)), (Right, Y(value))], ChartColour.Grid, 1);
            canvas.Text(Label(value, step), Left - 6, Y(value) + 4, ChartColour.Soft, ChartAnchor.End, 11);
        }
    }

    /// <summary>A vertical axis whose range is of decimal logarithms: at 1, 2 and 5 times powers of ten, or at even parts of a range that has less than two of these.</summary>
    public void LogarithmicAxis()
    {
        var (low, high) = (Math.Pow(10, y.Low), Math.Pow(10, y.High));
        double[] digits = y.High - y.Low > 3 ? [1] : [1, 2, 5];
        var lowest = (int)Math.Floor(y.Low);
        var round = Enumerable.Range(lowest, (int)Math.Ceiling(y.High) - lowest + 1)
            .SelectMany(power => digits.Select(digit => digit * Math.Pow(10, power)))
            .Where(value => value >= low && value <= high)
            .ToList();
        foreach (var value in round.Count >= 2 ? round : Enumerable.Range(1, 4).Select(i => low * Math.Pow(high / low, i / 5.0)))
        {
            var at = Y(Math.Log10(value));
            canvas.Line([(Left, at), (Right, at)], ChartColour.Grid, 1);
            canvas.Text(value.ToString("G3", CultureInfo.InvariantCulture), Left - 6, at + 4, ChartColour.Soft, ChartAnchor.End, 11);
        }
    }

    private static string Label(double value, double step)
    {
        var digits = Math.Max(0, (int)Math.Ceiling(-Math.Log10(step) - 1e-9));
        return value.ToString("F" + digits, CultureInfo.InvariantCulture);
    }
}
