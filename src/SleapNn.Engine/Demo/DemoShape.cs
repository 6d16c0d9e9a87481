namespace SleapNn.Demo;

/// <summary>A capsule: a line as thick as its radii at the two ends; a disc where the ends are the same.</summary>
/// <param name="FromX">The first end in pixels.</param>
/// <param name="FromY">The first end in pixels.</param>
/// <param name="ToX">The second end in pixels.</param>
/// <param name="ToY">The second end in pixels.</param>
/// <param name="FromRadius">The radius at the first end in pixels.</param>
/// <param name="ToRadius">The radius at the second end in pixels.</param>
/// <param name="Level">Its grey level.</param>
internal readonly record struct DemoShape(double FromX, double FromY, double ToX, double ToY, double FromRadius, double ToRadius, double Level)
{
    /// <summary>A disc.</summary>
    /// <param name="at">Its centre in pixels.</param>
    /// <param name="radius">Its radius in pixels.</param>
    /// <param name="level">Its grey level.</param>
    /// <returns>The disc.</returns>
    public static DemoShape Disc((double X, double Y) at, double radius, double level) => new(at.X, at.Y, at.X, at.Y, radius, radius, level);

    /// <summary>A capsule.</summary>
    /// <param name="from">The first end in pixels.</param>
    /// <param name="to">The second end in pixels.</param>
    /// <param name="fromRadius">The radius at the first end in pixels.</param>
    /// <param name="toRadius">The radius at the second end in pixels.</param>
    /// <param name="level">Its grey level.</param>
    /// <returns>The capsule.</returns>
    public static DemoShape Capsule((double X, double Y) from, (double X, double Y) to, double fromRadius, double toRadius, double level) =>
        new(from.X, from.Y, to.X, to.Y, fromRadius, toRadius, level);

    /// <summary>How much of a pixel it covers.</summary>
    /// <param name="x">The pixel's centre.</param>
    /// <param name="y">The pixel's centre.</param>
    /// <returns>From 0 to 1, falling over one pixel at the edge.</returns>
    public double CoverAt(double x, double y)
    {
        var (alongX, alongY) = (ToX - FromX, ToY - FromY);
        var length = (alongX * alongX) + (alongY * alongY);
        var t = length == 0 ? 0 : Math.Clamp((((x - FromX) * alongX) + ((y - FromY) * alongY)) / length, 0, 1);
        var (dx, dy) = (x - FromX - (t * alongX), y - FromY - (t * alongY));
        var radius = FromRadius + (t * (ToRadius - FromRadius));
        return Math.Clamp(radius + 0.5 - Math.Sqrt((dx * dx) + (dy * dy)), 0, 1);
    }
}
