using SleapNn.Media;

namespace SleapNn.Reports;

/// <summary>Draws charts on a picture, enlarged, at a place of it.</summary>
internal sealed class PictureCanvas(Picture picture, double scale, double leftPx = 0, double topPx = 0) : IChartCanvas
{
    private const double DashPx = 5;
    private const double GapPx = 4;

    public void Rectangle(double left, double top, double width, double height, ChartColour colour) =>
        picture.FillBox(X(left), Y(top), width * scale, height * scale, Rgb(colour));

    public void Line(IReadOnlyList<(double X, double Y)> points, ChartColour colour, double widthPx, bool dashed = false)
    {
        var width = Math.Max(1, (int)Math.Round(widthPx * scale));
        foreach (var part in dashed ? Dashes(points) : [points])
        {
            picture.DrawLine([.. part.Select(point => (X(point.X), Y(point.Y)))], Rgb(colour), width);
        }
    }

    public void Dot(double x, double y, double radiusPx, ChartColour colour) => picture.DrawDot(X(x), Y(y), radiusPx * scale, Rgb(colour));

    public void Text(string text, double x, double y, ChartColour colour, ChartAnchor anchor = ChartAnchor.Start, double sizePx = 12) =>
        picture.WriteText(text, X(x), Y(y), Rgb(colour), sizePx * scale, anchor switch { ChartAnchor.Middle => 0.5, ChartAnchor.End => 1, _ => 0 });

    private static IEnumerable<IReadOnlyList<(double X, double Y)>> Dashes(IReadOnlyList<(double X, double Y)> points)
    {
        for (var i = 1; i < points.Count; i++)
        {
            var ((x0, y0), (x1, y1)) = (points[i - 1], points[i]);
            var length = Math.Sqrt(((x1 - x0) * (x1 - x0)) + ((y1 - y0) * (y1 - y0)));
            for (var at = 0.0; at < length; at += DashPx + GapPx)
            {
                var (from, to) = (at / length, Math.Min(at + DashPx, length) / length);
                yield return [(x0 + ((x1 - x0) * from), y0 + ((y1 - y0) * from)), (x0 + ((x1 - x0) * to), y0 + ((y1 - y0) * to))];
            }
        }
    }

    private static (byte R, byte G, byte B) Rgb(ChartColour colour) => (colour.R, colour.G, colour.B);

    private double X(double x) => leftPx + (x * scale);

    private double Y(double y) => topPx + (y * scale);
}
