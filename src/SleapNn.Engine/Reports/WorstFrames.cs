using SleapNn.Media;

namespace SleapNn.Reports;

/// <summary>Pictures of the frames that were predicted worst, with truth and prediction drawn.</summary>
internal static class WorstFrames
{
    private const double RadiusPx = 3;
    private const double LongestSidePx = 640;
    private const double MarginShare = 0.25;
    private const double LeastAspect = 1;
    private const double MostAspect = 1.8;
    private const double NoteScale = 1.6;

    public static readonly (byte R, byte G, byte B) TruthColour = (0, 229, 120);
    public static readonly (byte R, byte G, byte B) PredictionColour = (255, 90, 60);
    public static readonly (byte R, byte G, byte B) ErrorColour = (255, 214, 0);

    /// <summary>The frames by falling badness: by OKS with missed and invented animals as 0, or by these and the distance.</summary>
    public static IReadOnlyList<FrameEvaluation> Choose(EvaluationResult result, int count) => [.. (result.MatchedBy == MatchMethod.Oks
        ? result.Frames.Where(frame => !double.IsNaN(frame.MeanOks)).OrderBy(frame => frame.MeanOks)
        : result.Frames.OrderByDescending(frame => frame.Missed.Count + frame.Invented.Count).ThenByDescending(frame => double.IsNaN(frame.MeanDistancePx) ? -1 : frame.MeanDistancePx))
        .Take(count)];

    /// <summary>Draws a frame, cut to its animals.</summary>
    /// <param name="frame">What became of its animals.</param>
    /// <param name="image">The frame's image; null draws on grey.</param>
    public static Picture Draw(FrameEvaluation frame, ImageFrame? image)
    {
        var animals = frame.Matches.SelectMany(match => new[] { match.GroundTruth, match.Prediction }).Concat(frame.Missed).Concat(frame.Invented).ToList();
        var box = BoxOf(animals, image);
        var zoom = Math.Clamp(LongestSidePx / Math.Max(box.Width, box.Height), 0.05, 8);
        var cut = image is null
            ? new ImageFrame(frame.FrameIndex, Enumerable.Repeat((byte)60, box.Width * box.Height).ToArray(), box.Height, box.Width, 1)
            : Cut(image, box);
        var picture = Picture.Of(cut, zoom);
        var lineWidth = zoom >= 1.5 ? 2 : 1;
        foreach (var match in frame.Matches)
        {
            var (truth, predicted) = (Moved(match.GroundTruth, box), Moved(match.Prediction, box));
            picture.DrawPlain(truth, TruthColour, RadiusPx + 1, lineWidth);
            picture.DrawPlain(predicted, PredictionColour, RadiusPx, lineWidth);
            if (match.GroundTruth.Skeleton.Nodes.Count == match.Prediction.Skeleton.Nodes.Count)
            {
                DrawErrors(picture, truth, predicted);
            }
        }

        foreach (var missed in frame.Missed)
        {
            picture.DrawPlain(Moved(missed, box), TruthColour, RadiusPx + 1, lineWidth);
            Note(picture, Moved(missed, box), "missed", TruthColour);
        }

        foreach (var invented in frame.Invented)
        {
            picture.DrawPlain(Moved(invented, box), PredictionColour, RadiusPx, lineWidth);
            Note(picture, Moved(invented, box), "invented", PredictionColour);
        }

        return picture;
    }

    private static void DrawErrors(Picture picture, PoseInstance truth, PoseInstance predicted)
    {
        for (var i = 0; i < truth.Points.Length; i++)
        {
            // Nodes belong together by name.
            var other = predicted.Skeleton.IndexOf(truth.Skeleton.Nodes[i]);
            if (other >= 0 && truth.Points[i] is { HasPosition: true, Visible: true } from && predicted.Points[other] is { HasPosition: true } to)
            {
                picture.DrawSegment((from.X, from.Y), (to.X, to.Y), ErrorColour);
            }
        }
    }

    private static void Note(Picture picture, PoseInstance instance, string text, (byte R, byte G, byte B) colour)
    {
        var placed = instance.Points.Where(point => point.HasPosition).ToList();
        if (placed.Count > 0)
        {
            picture.DrawText(text, placed.Min(point => point.X), placed.Min(point => point.Y) - (8 / picture.Zoom), colour, NoteScale);
        }
    }

    private static (int Left, int Top, int Width, int Height) BoxOf(List<PoseInstance> animals, ImageFrame? image)
    {
        var placed = animals.SelectMany(animal => animal.Points).Where(point => point.HasPosition).ToList();
        if (placed.Count == 0)
        {
            return image is null ? (0, 0, 320, 240) : (0, 0, image.WidthPx, image.HeightPx);
        }

        var (left, right) = (placed.Min(point => point.X), placed.Max(point => point.X));
        var (top, bottom) = (placed.Min(point => point.Y), placed.Max(point => point.Y));
        var margin = Math.Max(24, Math.Max(right - left, bottom - top) * MarginShare);
        var (boxLeft, boxTop) = ((int)Math.Floor(left - margin), (int)Math.Floor(top - margin));
        var (boxRight, boxBottom) = ((int)Math.Ceiling(right + margin), (int)Math.Ceiling(bottom + margin));
        // Neither slits nor strips: they would be hard to set on a page.
        Widen(ref boxLeft, ref boxRight, (int)((boxBottom - boxTop) * LeastAspect));
        Widen(ref boxTop, ref boxBottom, (int)((boxRight - boxLeft) / MostAspect));
        if (image is not null)
        {
            (boxLeft, boxTop) = (Math.Clamp(boxLeft, 0, image.WidthPx - 1), Math.Clamp(boxTop, 0, image.HeightPx - 1));
            (boxRight, boxBottom) = (Math.Clamp(boxRight, boxLeft + 1, image.WidthPx), Math.Clamp(boxBottom, boxTop + 1, image.HeightPx));
        }

        // Without an image nothing bounds the box; coordinates far off must not ask for a huge picture.
        return (boxLeft, boxTop, Math.Min(boxRight - boxLeft, 8192), Math.Min(boxBottom - boxTop, 8192));
    }

    private static void Widen(ref int low, ref int high, int least)
    {
        var missing = Math.Max(0, least - (high - low));
        (low, high) = (low - (missing / 2), high + ((missing + 1) / 2));
    }

    private static ImageFrame Cut(ImageFrame image, (int Left, int Top, int Width, int Height) box)
    {
        var row = box.Width * image.Channels;
        var pixels = new byte[box.Height * row];
        for (var y = 0; y < box.Height; y++)
        {
            Array.Copy(image.Pixels, (((box.Top + y) * image.WidthPx) + box.Left) * image.Channels, pixels, y * row, row);
        }

        return image with { Pixels = pixels, HeightPx = box.Height, WidthPx = box.Width };
    }

    private static PoseInstance Moved(PoseInstance instance, (int Left, int Top, int Width, int Height) box) =>
        new(instance.Skeleton, Array.ConvertAll(instance.Points, point => point with { X = point.X - box.Left, Y = point.Y - box.Top }), instance.Kind);
}
