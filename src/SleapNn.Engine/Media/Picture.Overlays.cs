using System.Runtime.InteropServices;
using OpenCvSharp;

namespace SleapNn.Media;

// What is laid over a frame: heat maps, confidence maps, fields, boxes, and the legend beside it.
public sealed partial class Picture
{
    private const int LegendRowPx = 16;
    private const double FaintestArrow = 0.2;

    /// <summary>
    /// Lays a heat map over the picture, such as a confidence map: clear at 0, most opaque at the largest value. Map cell
    /// (row, column) is centred on pixel (row, column) x stride of the frame.
    /// </summary>
    /// <param name="values">The map, row by row.</param>
    /// <param name="rows">Its height.</param>
    /// <param name="columns">Its width.</param>
    /// <param name="strideFramePx">Pixels of the frame per cell.</param>
    /// <param name="opacity">The opacity at the largest value, from 0 to 1.</param>
    /// <exception cref="MediaException">There are not rows x columns values, or the stride is not positive (MediaHeatMap).</exception>
    public void OverlayHeatMap(ReadOnlySpan<float> values, int rows, int columns, double strideFramePx, double opacity = 0.7)
    {
        if (rows <= 0 || columns <= 0 || values.Length != (long)rows * columns || !(strideFramePx > 0))
        {
            throw new MediaException("MediaHeatMap", $"A heat map of {rows} x {columns} cells and stride {strideFramePx} cannot have {values.Length} values.", null);
        }

        var largest = 0f;
        var clean = values.ToArray();
        for (var i = 0; i < clean.Length; i++)
        {
            clean[i] = float.IsFinite(clean[i]) ? Math.Max(0, clean[i]) : 0;
            largest = Math.Max(largest, clean[i]);
        }

        if (largest == 0)
        {
            return;
        }

        using var map = new Mat(rows, columns, MatType.CV_32FC1);
        Marshal.Copy(clean, 0, map.Data, clean.Length);
        using var toMap = ToMap(strideFramePx, 0, 0);
        using var stretched = new Mat();
        Cv2.WarpAffine(map, stretched, toMap, canvas.Size(), InterpolationFlags.Linear | InterpolationFlags.WarpInverseMap, BorderTypes.Replicate);
        using var levels = new Mat();
        stretched.ConvertTo(levels, MatType.CV_8U, 255 / largest);
        using var colours = new Mat();
        Cv2.ApplyColorMap(levels, colours, ColormapTypes.Jet);
        Blend(colours, levels, opacity);
    }

    /// <summary>
    /// Lays confidence maps over the picture, each in a colour of its own: clear at 0, most opaque at 1. Cell (row, column)
    /// is centred on (left + column x stride, top + row x stride) of the frame.
    /// </summary>
    /// <param name="values">(channels, rows, columns), row by row.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="strideFramePx">Pixels of the frame per cell.</param>
    /// <param name="leftFramePx">The x of the first cell in pixels of the frame.</param>
    /// <param name="topFramePx">The y of the first cell in pixels of the frame.</param>
    /// <param name="firstColour">The number of the first channel's colour; the others follow.</param>
    /// <param name="opacity">The opacity at 1, from 0 to 1.</param>
    /// <exception cref="MediaException">The values do not fill whole channels, or the stride is not positive (MediaHeatMap).</exception>
    public void OverlayConfidence(
        ReadOnlySpan<float> values, int rows, int columns, double strideFramePx, double leftFramePx = 0, double topFramePx = 0, int firstColour = 0, double opacity = 0.8)
    {
        var cells = rows * columns;
        if (rows <= 0 || columns <= 0 || values.Length % cells != 0 || !(strideFramePx > 0))
        {
            throw new MediaException("MediaHeatMap", $"Maps of {rows} x {columns} cells and stride {strideFramePx} cannot have {values.Length} values.", null);
        }

        // Blue, green and red are premultiplied with the opacity, which itself is a fourth channel: the largest of the values.
        var mixed = new float[cells * 4];
        for (var cell = 0; cell < cells; cell++)
        {
            var (sum, largest, blue, green, red) = (0f, 0f, 0f, 0f, 0f);
            for (var channel = 0; channel * cells < values.Length; channel++)
            {
                var value = values[(channel * cells) + cell];
                if (!(value > 0))
                {
                    continue;
                }

                value = Math.Min(value, 1);
                var colour = Palette.At(firstColour + channel);
                (sum, largest) = (sum + value, Math.Max(largest, value));
                (blue, green, red) = (blue + (value * colour.B), green + (value * colour.G), red + (value * colour.R));
            }

            if (sum > 0)
            {
                var share = largest / sum;
                (mixed[4 * cell], mixed[(4 * cell) + 1], mixed[(4 * cell) + 2], mixed[(4 * cell) + 3]) = (blue * share, green * share, red * share, largest);
            }
        }

        using var map = new Mat(rows, columns, MatType.CV_32FC4);
        Marshal.Copy(mixed, 0, map.Data, mixed.Length);
        using var toMap = ToMap(strideFramePx, leftFramePx, topFramePx);
        using var stretched = new Mat();
        Cv2.WarpAffine(map, stretched, toMap, canvas.Size(), InterpolationFlags.Linear | InterpolationFlags.WarpInverseMap, BorderTypes.Constant, Scalar.All(0));
        var count = HeightPx * WidthPx;
        var (under, over) = (new byte[count * 3], new float[count * 4]);
        Marshal.Copy(canvas.Data, under, 0, under.Length);
        Marshal.Copy(stretched.Data, over, 0, over.Length);
        for (var i = 0; i < count; i++)
        {
            var clear = 1 - (over[(4 * i) + 3] * opacity);
            for (var k = 0; k < 3; k++)
            {
                under[(3 * i) + k] = (byte)Math.Clamp(Math.Round((under[(3 * i) + k] * clear) + (over[(4 * i) + k] * opacity)), 0, 255);
            }
        }

        Marshal.Copy(under, 0, canvas.Data, under.Length);
    }

    /// <summary>Draws part affinity fields as arrows, one colour an edge, as long as the field is strong.</summary>
    /// <param name="values">(edges x 2, rows, columns): the x of an edge's field, then its y.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="strideFramePx">Pixels of the frame per cell.</param>
    /// <param name="firstColour">The number of the first edge's colour; the others follow.</param>
    /// <param name="spacingPx">The space between arrows, in pixels of the picture.</param>
    /// <exception cref="MediaException">The values do not fill whole edges, or the stride is not positive (MediaHeatMap).</exception>
    public void DrawFields(ReadOnlySpan<float> values, int rows, int columns, double strideFramePx, int firstColour = 0, double spacingPx = 12)
    {
        var cells = rows * columns;
        if (rows <= 0 || columns <= 0 || values.Length % (2 * cells) != 0 || !(strideFramePx > 0))
        {
            throw new MediaException("MediaHeatMap", $"Fields of {rows} x {columns} cells and stride {strideFramePx} cannot have {values.Length} values.", null);
        }

        var step = Math.Max(1, (int)Math.Round(spacingPx / (strideFramePx * Zoom)));
        for (var edge = 0; edge * 2 * cells < values.Length; edge++)
        {
            var colour = ToScalar(Palette.At(firstColour + edge));
            for (var row = 0; row < rows; row += step)
            {
                for (var column = 0; column < columns; column += step)
                {
                    var (x, y) = (values[(2 * edge * cells) + (row * columns) + column], values[(((2 * edge) + 1) * cells) + (row * columns) + column]);
                    if (Math.Sqrt((x * x) + (y * y)) is var strength && strength > FaintestArrow)
                    {
                        // Long enough to show a direction, never longer than the space to the next.
                        var length = Math.Min(strength, 1) * 0.95 * step * strideFramePx / strength;
                        var (fromX, fromY) = (column * strideFramePx, row * strideFramePx);
                        Cv2.ArrowedLine(canvas, At(fromX, fromY), At(fromX + (x * length), fromY + (y * length)), colour, 1, LineTypes.AntiAlias, SubpixelBits, 0.35);
                    }
                }
            }
        }
    }

    /// <summary>Draws the outline of a box.</summary>
    /// <param name="left">Its left edge in pixels of the frame.</param>
    /// <param name="top">Its top edge.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="rgb">The colour.</param>
    public void DrawBox(double left, double top, double width, double height, (byte R, byte G, byte B) rgb)
    {
        if (CanDraw(left, top) && CanDraw(left + width, top + height))
        {
            Cv2.Rectangle(canvas, At(left, top), At(left + width - 1, top + height - 1), ToScalar(rgb), 1, LineTypes.AntiAlias, SubpixelBits);
        }
    }

    /// <summary>Sets names with their colours beside the picture, so that they hide nothing of it.</summary>
    /// <param name="entries">A name and the number of its colour each; those for which there is no room end in "and … more".</param>
    /// <returns>A wider picture; the caller disposes both.</returns>
    public Picture WithLegend(IReadOnlyList<(string Name, int Colour)> entries)
    {
        var room = Math.Max(1, (HeightPx - 8) / LegendRowPx);
        var shown = entries.Count <= room ? entries.Count : room - 1;
        var lines = entries.Take(shown).Select(entry => (entry.Name, Rgb: Palette.At(entry.Colour))).ToList();
        if (shown < entries.Count)
        {
            lines.Add(($"and {entries.Count - shown} more", Rgb: (200, 200, 200)));
        }

        var width = lines.Select(line => Cv2.GetTextSize(line.Name, HersheyFonts.HersheySimplex, TextScale, 1, out _).Width).DefaultIfEmpty(0).Max() + 30;
        var wide = new Picture(canvas.CopyMakeBorder(0, 0, 0, width, BorderTypes.Constant, new Scalar(24, 24, 24)), 1);
        for (var i = 0; i < lines.Count; i++)
        {
            var middle = 10 + (i * LegendRowPx);
            if (i < shown)
            {
                Cv2.Circle(wide.canvas, new Point(WidthPx + 11, middle), 4, ToScalar(lines[i].Rgb), -1, LineTypes.AntiAlias);
            }

            wide.DrawText(lines[i].Name, WidthPx + 21, middle + 4, (235, 235, 235));
        }

        return wide;
    }

    private Mat ToMap(double strideFramePx, double leftFramePx, double topFramePx)
    {
        // Pixel p of the picture is (p + 0.5) / zoom - 0.5 of the frame.
        var scale = 1 / (Zoom * strideFramePx);
        double Shift(double origin) => ((0.5 / Zoom) - 0.5 - origin) / strideFramePx;
        return Mat.FromPixelData(2, 3, MatType.CV_64FC1, new[] { scale, 0, Shift(leftFramePx), 0, scale, Shift(topFramePx) }).Clone();
    }

    private void Blend(Mat colours, Mat levels, double opacity)
    {
        var count = HeightPx * WidthPx;
        var (under, over, level) = (new byte[count * 3], new byte[count * 3], new byte[count]);
        Marshal.Copy(canvas.Data, under, 0, under.Length);
        Marshal.Copy(colours.Data, over, 0, over.Length);
        Marshal.Copy(levels.Data, level, 0, level.Length);
        for (var i = 0; i < under.Length; i++)
        {
            var alpha = level[i / 3] / 255.0 * opacity;
            under[i] = (byte)Math.Round((under[i] * (1 - alpha)) + (over[i] * alpha));
        }

        Marshal.Copy(under, 0, canvas.Data, under.Length);
    }
}
