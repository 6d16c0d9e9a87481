using OpenCvSharp;
using SleapNn.Runtime;

namespace SleapNn.Media;

/// <summary>
/// A picture to draw on and to save: a frame, enlarged if wished, with poses, heat maps and text. Positions given to its
/// methods are in pixels of the frame, whatever the zoom.
/// </summary>
public sealed partial class Picture : IDisposable
{
    private const int SubpixelBits = 4;
    private const double TextScale = 0.4;

    private readonly Mat canvas;

    private Picture(Mat canvas, double zoom)
    {
        this.canvas = canvas;
        Zoom = zoom;
    }

    /// <summary>Pixels of the picture per pixel of the frame.</summary>
    public double Zoom { get; }

    /// <summary>The height of the picture in its own pixels.</summary>
    public int HeightPx => canvas.Rows;

    /// <summary>The width of the picture in its own pixels.</summary>
    public int WidthPx => canvas.Cols;

    /// <summary>Makes a picture of a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="zoom">Pixels of the picture per pixel of the frame; more than 0.</param>
    /// <returns>The picture; the caller disposes it.</returns>
    /// <exception cref="MediaException">The zoom is out of range (MediaZoom), or the frame's bytes do not fit its shape (MediaFrameShape).</exception>
    public static Picture Of(ImageFrame frame, double zoom = 1)
    {
        if (!(zoom > 0) || frame.HeightPx * zoom is < 1 or > 32768 || frame.WidthPx * zoom is < 1 or > 32768)
        {
            throw new MediaException("MediaZoom", $"A frame of {frame.WidthPx} x {frame.HeightPx} pixels cannot be drawn at a zoom of {zoom}.", zoom);
        }

        var canvas = Samples.ToBgr(frame);
        if (zoom == 1)
        {
            return new Picture(canvas, zoom);
        }

        using (canvas)
        {
            var size = new Size((int)Math.Round(frame.WidthPx * zoom), (int)Math.Round(frame.HeightPx * zoom));
            return new Picture(canvas.Resize(size, 0, 0, zoom > 1 ? InterpolationFlags.Cubic : InterpolationFlags.Area), zoom);
        }
    }

    /// <summary>Makes an empty picture.</summary>
    /// <param name="heightPx">The height.</param>
    /// <param name="widthPx">The width.</param>
    /// <param name="grey">Its grey level.</param>
    /// <returns>The picture; the caller disposes it.</returns>
    public static Picture Blank(int heightPx, int widthPx, byte grey = 0)
    {
        NativeLibraries.EnsureOpenCvLoaded();
        return new Picture(new Mat(heightPx, widthPx, MatType.CV_8UC3, new Scalar(grey, grey, grey)), 1);
    }

    /// <summary>Decodes an image file's bytes (PNG, JPEG, BMP, TIFF).</summary>
    /// <param name="bytes">The file's content.</param>
    /// <returns>An RGB frame, or a grey one where the image has one channel.</returns>
    /// <exception cref="MediaException">The bytes are no image that can be decoded (MediaUnreadable).</exception>
    public static ImageFrame Decode(ReadOnlySpan<byte> bytes)
    {
        using var decoded = Samples.Decode(bytes) ?? throw FrameSource.Unreadable("image", "it is no image, or it is damaged.");
        return Samples.ToFrame(decoded, 0, decoded.Channels());
    }

    /// <summary>Encodes a frame as an image file's bytes; a grey frame stays grey, and PNG is lossless.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="extension">The format by its extension: .png, .jpg, .bmp or .tif.</param>
    /// <returns>The file's content.</returns>
    /// <exception cref="MediaException">There is no such format (MediaImageFormat).</exception>
    public static byte[] Encode(ImageFrame frame, string extension = ".png")
    {
        using var bgr = Samples.ToBgr(frame);
        if (frame.Channels == 3)
        {
            return Encode(bgr, extension);
        }

        using var grey = bgr.ExtractChannel(0);
        return Encode(grey, extension);
    }

    /// <summary>Encodes the picture as an image file's bytes.</summary>
    /// <param name="extension">The format by its extension: .png, .jpg, .bmp or .tif.</param>
    /// <returns>The file's content.</returns>
    /// <exception cref="MediaException">There is no such format (MediaImageFormat).</exception>
    public byte[] Encode(string extension = ".png") => Encode(canvas, extension);

    /// <summary>Saves the picture, whole or not at all.</summary>
    /// <param name="path">The file; its extension decides the format.</param>
    /// <exception cref="MediaException">There is no such format (MediaImageFormat).</exception>
    public void Save(string path)
    {
        var bytes = Encode(Path.GetExtension(path));
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>The picture as an RGB frame.</summary>
    /// <param name="index">The frame's index.</param>
    /// <returns>The frame.</returns>
    public ImageFrame ToFrame(int index = 0) => Samples.ToFrame(canvas, index, 3);

    /// <summary>
    /// Draws poses: a line for each edge whose nodes both have a position, a dot for each node (a ring where it is not
    /// visible), names and scores as the style says.
    /// </summary>
    /// <param name="instances">The animals of the frame.</param>
    /// <param name="style">How to draw; null for the usual way.</param>
    public void DrawPoses(IReadOnlyList<PoseInstance> instances, PoseStyle? style = null)
    {
        style ??= new PoseStyle();
        var byTrack = style.Colours == PoseColours.Track || (style.Colours == PoseColours.Auto && instances.Any(i => i.Track is not null));
        var byNode = style.Colours == PoseColours.Node || (style.Colours == PoseColours.Auto && !byTrack && instances.Count == 1);
        for (var i = 0; i < instances.Count; i++)
        {
            DrawPose(instances[i], Palette.IndexOf(instances[i], i, byTrack, style.Tracks), byNode, style);
        }
    }

    /// <summary>Draws where an animal has been: a line through positions that fades towards the oldest.</summary>
    /// <param name="positions">Positions in pixels of the frame, oldest first; the line breaks at NaN.</param>
    /// <param name="instance">The animal, for its colour.</param>
    /// <param name="style">How to draw; null for the usual way.</param>
    public void DrawTrail(IReadOnlyList<(double X, double Y)> positions, PoseInstance instance, PoseStyle? style = null)
    {
        style ??= new PoseStyle();
        var colour = ToScalar(Palette.At(Palette.IndexOf(instance, 0, byTrack: true, style.Tracks)));
        for (var i = 1; i < positions.Count; i++)
        {
            var (from, to) = (positions[i - 1], positions[i]);
            if (CanDraw(from.X, from.Y) && CanDraw(to.X, to.Y))
            {
                // OpenCV's lines are opaque: old parts take on the colour of what is below their middle.
                var below = ColourAt((from.X + to.X) / 2, (from.Y + to.Y) / 2);
                var age = (double)i / positions.Count;
                var faded = new Scalar(Fade(below.Item0, colour.Val0), Fade(below.Item1, colour.Val1), Fade(below.Item2, colour.Val2));
                Cv2.Line(canvas, At(from.X, from.Y), At(to.X, to.Y), faded, style.LineWidthPx, LineTypes.AntiAlias, SubpixelBits);

                double Fade(byte under, double over) => under + ((over - under) * age);
            }
        }
    }

    /// <summary>Writes text, with a dark outline that keeps it readable on any background.</summary>
    /// <param name="text">The text. OpenCV's letters are ASCII: marks on letters are dropped, other letters come out as question marks.</param>
    /// <param name="x">The left end in pixels of the frame.</param>
    /// <param name="y">The base line in pixels of the frame.</param>
    /// <param name="rgb">The colour.</param>
    /// <param name="enlargement">How much larger than usual the letters are.</param>
    public void DrawText(string text, double x, double y, (byte R, byte G, byte B) rgb, double enlargement = 1)
    {
        if (!CanDraw(x, y))
        {
            return;
        }

        var (ascii, scale, thickness) = (Ascii(text), TextScale * enlargement, enlargement > 1.5 ? 2 : 1);
        var size = Cv2.GetTextSize(ascii, HersheyFonts.HersheySimplex, scale, thickness, out var descent);
        var left = Math.Clamp((int)Math.Round(ToCanvas(x)), 1, Math.Max(1, WidthPx - size.Width - 1));
        var base_ = Math.Clamp((int)Math.Round(ToCanvas(y)), size.Height + 1, Math.Max(size.Height + 1, HeightPx - descent - 1));
        var at = new Point(left, base_);
        Cv2.PutText(canvas, ascii, at, HersheyFonts.HersheySimplex, scale, Scalar.Black, thickness + 2, LineTypes.AntiAlias);
        Cv2.PutText(canvas, ascii, at, HersheyFonts.HersheySimplex, scale, ToScalar(rgb), thickness, LineTypes.AntiAlias);
    }

    /// <summary>Sets pictures side by side in rows.</summary>
    /// <param name="pictures">The pictures; at least one.</param>
    /// <param name="columns">Pictures a row.</param>
    /// <param name="captions">A line of text for the top of each picture, or null.</param>
    /// <param name="gapPx">The space between pictures.</param>
    /// <returns>The sheet; the caller disposes it.</returns>
    /// <exception cref="MediaException">There are no pictures, no columns, or not one caption a picture (MediaSheet).</exception>
    public static Picture Sheet(IReadOnlyList<Picture> pictures, int columns, IReadOnlyList<string>? captions = null, int gapPx = 4)
    {
        if (pictures.Count == 0 || columns < 1 || gapPx < 0 || (captions is not null && captions.Count != pictures.Count))
        {
            throw new MediaException("MediaSheet", $"A sheet needs pictures, columns and one caption a picture, but got {pictures.Count} pictures, {columns} columns and {captions?.Count ?? 0} captions.", null);
        }

        const int captionPx = 18;
        var head = captions is null ? 0 : captionPx;
        columns = Math.Min(columns, pictures.Count);
        var rows = (pictures.Count + columns - 1) / columns;
        var (height, width) = (pictures.Max(p => p.HeightPx) + head, pictures.Max(p => p.WidthPx));
        var sheet = Blank((rows * (height + gapPx)) + gapPx, (columns * (width + gapPx)) + gapPx, 24);
        for (var i = 0; i < pictures.Count; i++)
        {
            var (left, top) = (gapPx + (i % columns * (width + gapPx)), gapPx + (i / columns * (height + gapPx)));
            using var cell = sheet.canvas.SubMat(new Rect(left, top + head, pictures[i].WidthPx, pictures[i].HeightPx));
            pictures[i].canvas.CopyTo(cell);
            if (captions is not null)
            {
                sheet.DrawText(captions[i], left + 2, top + captionPx - 5, (235, 235, 235));
            }
        }

        return sheet;
    }

    /// <inheritdoc/>
    public void Dispose() => canvas.Dispose();

    private void DrawPose(PoseInstance instance, int colourIndex, bool byNode, PoseStyle style)
    {
        var points = instance.Points;
        var colour = Palette.At(colourIndex);
        foreach (var edge in instance.Skeleton.Edges)
        {
            var (from, to) = (points[edge.Source], points[edge.Destination]);
            if (CanDraw(from.X, from.Y) && CanDraw(to.X, to.Y))
            {
                var edgeColour = ToScalar(byNode ? ((byte)210, (byte)210, (byte)210) : colour);
                Cv2.Line(canvas, At(from.X, from.Y), At(to.X, to.Y), edgeColour, style.LineWidthPx, LineTypes.AntiAlias, SubpixelBits);
            }
        }

        for (var i = 0; i < points.Length; i++)
        {
            if (!CanDraw(points[i].X, points[i].Y))
            {
                continue;
            }

            var nodeColour = byNode ? Palette.At(i) : colour;
            var radius = (int)Math.Round(style.RadiusPx * (1 << SubpixelBits));
            var thickness = points[i].Visible ? -1 : 1;
            Cv2.Circle(canvas, At(points[i].X, points[i].Y), radius, ToScalar(nodeColour), thickness, LineTypes.AntiAlias, SubpixelBits);
            if (style.ShowNodeNames)
            {
                var gap = (style.RadiusPx + 2) / Zoom;
                DrawText(instance.Skeleton.Nodes[i], points[i].X + gap, points[i].Y - gap, nodeColour);
            }
        }

        DrawTitle(instance, byNode ? ((byte)235, (byte)235, (byte)235) : colour, style);
    }

    private void DrawTitle(PoseInstance instance, (byte R, byte G, byte B) colour, PoseStyle style)
    {
        var parts = new List<string>();
        if (style.ShowTrackNames && instance.Track is { } track)
        {
            parts.Add(track.Name);
        }

        if (style.ShowScores && instance.Kind == InstanceKind.Predicted)
        {
            parts.Add(instance.Score.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture));
        }

        var placed = instance.Points.Where(p => CanDraw(p.X, p.Y)).ToList();
        if (parts.Count > 0 && placed.Count > 0)
        {
            DrawText(string.Join(" ", parts), placed.Min(p => p.X), placed.Min(p => p.Y) - ((style.RadiusPx + 5) / Zoom), colour);
        }
    }

    private Vec3b ColourAt(double x, double y) => canvas.At<Vec3b>(
        Math.Clamp((int)Math.Round(ToCanvas(y)), 0, HeightPx - 1), Math.Clamp((int)Math.Round(ToCanvas(x)), 0, WidthPx - 1));

    private static byte[] Encode(Mat image, string extension)
    {
        if (!FrameSource.IsImagePath("x" + extension))
        {
            throw new MediaException("MediaImageFormat", $"Images cannot be written as '{extension}'. Use .png, .jpg, .bmp or .tif.", extension);
        }

        Cv2.ImEncode(extension, image, out var bytes);
        return bytes;
    }

    // Both coordinate frames have the centre of their top-left pixel at (0, 0).
    private double ToCanvas(double coordinate) => ((coordinate + 0.5) * Zoom) - 0.5;

    private Point At(double x, double y) =>
        new((int)Math.Round(ToCanvas(x) * (1 << SubpixelBits)), (int)Math.Round(ToCanvas(y) * (1 << SubpixelBits)));

    // Far outside the picture OpenCV's fixed-point coordinates would overflow.
    private bool CanDraw(double x, double y) =>
        Math.Abs(ToCanvas(x)) < 100_000 && Math.Abs(ToCanvas(y)) < 100_000;

    private static Scalar ToScalar((byte R, byte G, byte B) rgb) => new(rgb.B, rgb.G, rgb.R);
}
