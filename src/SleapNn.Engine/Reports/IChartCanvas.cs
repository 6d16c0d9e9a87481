namespace SleapNn.Reports;

/// <summary>What charts are drawn on: vector graphics or a picture. Positions are in pixels from the top left.</summary>
internal interface IChartCanvas
{
    void Rectangle(double left, double top, double width, double height, ChartColour colour);

    void Line(IReadOnlyList<(double X, double Y)> points, ChartColour colour, double widthPx, bool dashed = false);

    void Dot(double x, double y, double radiusPx, ChartColour colour);

    /// <param name="text">The text.</param>
    /// <param name="x">Where it starts, has its middle or ends.</param>
    /// <param name="y">Its base line.</param>
    /// <param name="colour">Its colour.</param>
    /// <param name="anchor">Which of its parts is at x.</param>
    /// <param name="sizePx">The height of its letters.</param>
    void Text(string text, double x, double y, ChartColour colour, ChartAnchor anchor = ChartAnchor.Start, double sizePx = 12);
}
