namespace SleapNn.Targets;

/// <summary>Where the middle of an animal is.</summary>
public static class Centroids
{
    /// <summary>
    /// The anchor node where it is given and visible, else the middle of the bounding box of the visible nodes.
    /// </summary>
    /// <param name="points">x and y of each node in turn, in pixels; a missing node is NaN.</param>
    /// <param name="anchorNode">The index of the anchor node, or -1 for none.</param>
    /// <returns>The centroid; NaN where no node is visible.</returns>
    public static (float X, float Y) Of(ReadOnlySpan<float> points, int anchorNode)
    {
        if (anchorNode >= 0 && !float.IsNaN(points[2 * anchorNode]) && !float.IsNaN(points[(2 * anchorNode) + 1]))
        {
            return (points[2 * anchorNode], points[(2 * anchorNode) + 1]);
        }

        var (left, top, right, bottom) = BoundingBox(points);
        return ((left + right) * 0.5f, (top + bottom) * 0.5f);
    }

    /// <summary>The bounding box of the visible nodes.</summary>
    /// <param name="points">x and y of each node in turn, in pixels; a missing node is NaN.</param>
    /// <returns>The box; NaN where no node is visible.</returns>
    public static (float Left, float Top, float Right, float Bottom) BoundingBox(ReadOnlySpan<float> points)
    {
        var (left, top) = (float.NaN, float.NaN);
        var (right, bottom) = (float.NaN, float.NaN);
        for (var i = 0; i + 1 < points.Length; i += 2)
        {
            // A comparison with NaN is false, so the first number replaces the initial NaN and no NaN replaces a number.
            left = left <= points[i] || float.IsNaN(points[i]) ? left : points[i];
            right = right >= points[i] || float.IsNaN(points[i]) ? right : points[i];
            top = top <= points[i + 1] || float.IsNaN(points[i + 1]) ? top : points[i + 1];
            bottom = bottom >= points[i + 1] || float.IsNaN(points[i + 1]) ? bottom : points[i + 1];
        }

        return (left, top, right, bottom);
    }
}
