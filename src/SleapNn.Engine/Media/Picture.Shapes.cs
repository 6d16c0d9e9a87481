using OpenCvSharp;

namespace SleapNn.Media;

// Plain shapes: for charts, and for comparing poses.
public sealed partial class Picture
{
    // The height of a capital letter of OpenCV's plain font at scale 1.
    private const double CapitalPx = 21;

    private const string Marked = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿĀāĂăĄąĆćČčĎďĒēĘęĚěĞğĪīİıŁłŃńŇňŌōŐőŘřŚśŞşŠšŤťŪūŮůŰűŹźŻżŽž";
    private const string Unmarked = "AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyyAaAaAaCcCcDdEeEeEeGgIiIiLlNnNnOoOoRrSsSsSsTtUuUuUuZzZzZz";

    /// <summary>Fills a box.</summary>
    /// <param name="left">Its left edge in pixels of the picture.</param>
    /// <param name="top">Its top edge.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="rgb">The colour.</param>
    public void FillBox(double left, double top, double width, double height, (byte R, byte G, byte B) rgb)
    {
        // The edges are rounded, not the size, so that neighbours meet.
        var (x, y) = ((int)Math.Round(left), (int)Math.Round(top));
        var box = new Rect(x, y, (int)Math.Round(left + width) - x, (int)Math.Round(top + height) - y);
        if (box.Width > 0 && box.Height > 0)
        {
            Cv2.Rectangle(canvas, box, ToScalar(rgb), -1);
        }
    }

    /// <summary>Draws a line through points.</summary>
    /// <param name="points">In pixels of the picture.</param>
    /// <param name="rgb">The colour.</param>
    /// <param name="widthPx">The width of the line.</param>
    public void DrawLine(IReadOnlyList<(double X, double Y)> points, (byte R, byte G, byte B) rgb, int widthPx)
    {
        var all = points.Select(point => new Point((int)Math.Round(point.X * (1 << SubpixelBits)), (int)Math.Round(point.Y * (1 << SubpixelBits)))).ToArray();
        Cv2.Polylines(canvas, [all], isClosed: false, ToScalar(rgb), widthPx, LineTypes.AntiAlias, SubpixelBits);
    }

    /// <summary>Draws a dot.</summary>
    /// <param name="x">Its middle in pixels of the picture.</param>
    /// <param name="y">Its middle.</param>
    /// <param name="radiusPx">Its radius.</param>
    /// <param name="rgb">The colour.</param>
    public void DrawDot(double x, double y, double radiusPx, (byte R, byte G, byte B) rgb) => Cv2.Circle(
        canvas,
        new Point((int)Math.Round(x * (1 << SubpixelBits)), (int)Math.Round(y * (1 << SubpixelBits))),
        (int)Math.Round(radiusPx * (1 << SubpixelBits)),
        ToScalar(rgb),
        -1,
        LineTypes.AntiAlias,
        SubpixelBits);

    /// <summary>Writes text without an outline.</summary>
    /// <param name="text">The text. OpenCV's letters are ASCII: marks on letters are dropped, other letters come out as question marks.</param>
    /// <param name="x">Where the share <paramref name="anchor"/> of it is, in pixels of the picture.</param>
    /// <param name="y">Its base line.</param>
    /// <param name="rgb">The colour.</param>
    /// <param name="letterPx">The size of the letters, as of a font.</param>
    /// <param name="anchor">0: x is its left end, 0.5: its middle, 1: its right end.</param>
    public void WriteText(string text, double x, double y, (byte R, byte G, byte B) rgb, double letterPx, double anchor = 0)
    {
        // Capitals are about 0.72 of a font's size.
        var (ascii, scale) = (Ascii(text), letterPx * 0.72 / CapitalPx);
        var width = Cv2.GetTextSize(ascii, HersheyFonts.HersheySimplex, scale, 1, out _).Width;
        var thickness = letterPx >= 28 ? 2 : 1;
        Cv2.PutText(canvas, ascii, new Point((int)Math.Round(x - (width * anchor)), (int)Math.Round(y)), HersheyFonts.HersheySimplex, scale, ToScalar(rgb), thickness, LineTypes.AntiAlias);
    }

    // OpenCV's letters are ASCII: marks on letters go, what else there is becomes a question mark. Not by normalization, which
    // does nothing where .NET runs without the data of cultures.
    private static string Ascii(string text) => string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c
        : Marked.IndexOf(c) is >= 0 and var i ? Unmarked[i]
        : '?'));

    /// <summary>Draws a pose in one colour, whoever the animal is: lines for edges, rings for nodes.</summary>
    /// <param name="instance">The animal, in pixels of the frame.</param>
    /// <param name="rgb">The colour.</param>
    /// <param name="radiusPx">The radius of the rings in pixels of the picture.</param>
    /// <param name="lineWidthPx">The width of the lines in pixels of the picture.</param>
    public void DrawPlain(PoseInstance instance, (byte R, byte G, byte B) rgb, double radiusPx, int lineWidthPx)
    {
        var points = instance.Points;
        foreach (var edge in instance.Skeleton.Edges)
        {
            if (CanDraw(points[edge.Source].X, points[edge.Source].Y) && CanDraw(points[edge.Destination].X, points[edge.Destination].Y))
            {
                Cv2.Line(canvas, At(points[edge.Source].X, points[edge.Source].Y), At(points[edge.Destination].X, points[edge.Destination].Y), ToScalar(rgb), lineWidthPx, LineTypes.AntiAlias, SubpixelBits);
            }
        }

        foreach (var point in points)
        {
            if (CanDraw(point.X, point.Y))
            {
                Cv2.Circle(canvas, At(point.X, point.Y), (int)Math.Round(radiusPx * (1 << SubpixelBits)), ToScalar(rgb), lineWidthPx, LineTypes.AntiAlias, SubpixelBits);
            }
        }
    }

    /// <summary>Draws a thin line between two points of the frame.</summary>
    /// <param name="from">Its beginning in pixels of the frame.</param>
    /// <param name="to">Its end in pixels of the frame.</param>
    /// <param name="rgb">The colour.</param>
    public void DrawSegment((double X, double Y) from, (double X, double Y) to, (byte R, byte G, byte B) rgb)
    {
        if (CanDraw(from.X, from.Y) && CanDraw(to.X, to.Y))
        {
            Cv2.Line(canvas, At(from.X, from.Y), At(to.X, to.Y), ToScalar(rgb), 1, LineTypes.AntiAlias, SubpixelBits);
        }
    }
}
