using System.Globalization;
using System.Net;
using System.Text;

namespace SleapNn.Reports;

/// <summary>Draws charts as SVG, to stand in a page.</summary>
internal sealed class SvgCanvas(int widthPx, int heightPx, string title) : IChartCanvas
{
    private readonly StringBuilder content = new();

    public void Rectangle(double left, double top, double width, double height, ChartColour colour) =>
        content.Append(CultureInfo.InvariantCulture, $"<rect x=\"{left:0.##}\" y=\"{top:0.##}\" width=\"{width:0.##}\" height=\"{height:0.##}\" fill=\"{colour.Hex}\"/>\n");

    public void Line(IReadOnlyList<(double X, double Y)> points, ChartColour colour, double widthPx, bool dashed = false)
    {
        var path = string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.##},{point.Y:0.##}")));
        content.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{path}\" fill=\"none\" stroke=\"{colour.Hex}\" stroke-width=\"{widthPx:0.##}\" stroke-linejoin=\"round\"{(dashed ? " stroke-dasharray=\"5 4\"" : "")}/>\n");
    }

    public void Dot(double x, double y, double radiusPx, ChartColour colour) =>
        content.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x:0.##}\" cy=\"{y:0.##}\" r=\"{radiusPx:0.##}\" fill=\"{colour.Hex}\"/>\n");

    public void Text(string text, double x, double y, ChartColour colour, ChartAnchor anchor = ChartAnchor.Start, double sizePx = 12)
    {
        var at = anchor switch { ChartAnchor.Middle => "middle", ChartAnchor.End => "end", _ => "start" };
        content.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.##}\" y=\"{y:0.##}\" fill=\"{colour.Hex}\" font-size=\"{sizePx:0.##}\" text-anchor=\"{at}\">{WebUtility.HtmlEncode(text)}</text>\n");
    }

    public override string ToString() =>
        $"<svg viewBox=\"0 0 {widthPx} {heightPx}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}\" xmlns=\"http://www.w3.org/2000/svg\" font-family=\"system-ui, sans-serif\">\n{content}</svg>";
}
