namespace SleapNn.Preprocessing;

/// <summary>
/// An affine map of the plane: x' = XX x + XY y + X0 and y' = YX x + YY y + Y0. Coordinates are pixels with (0, 0) at
/// the centre of the top-left pixel.
/// </summary>
/// <param name="XX">How x' grows with x.</param>
/// <param name="XY">How x' grows with y.</param>
/// <param name="X0">The x' of the origin.</param>
/// <param name="YX">How y' grows with x.</param>
/// <param name="YY">How y' grows with y.</param>
/// <param name="Y0">The y' of the origin.</param>
public readonly record struct AffineTransform(double XX, double XY, double X0, double YX, double YY, double Y0)
{
    /// <summary>The map that moves nothing.</summary>
    public static AffineTransform Identity { get; } = new(1, 0, 0, 0, 1, 0);

    /// <summary>A shift.</summary>
    /// <param name="xPx">Pixels to the right.</param>
    /// <param name="yPx">Pixels downwards.</param>
    /// <returns>The map.</returns>
    public static AffineTransform Translation(double xPx, double yPx) => new(1, 0, xPx, 0, 1, yPx);

    /// <summary>A turn and an isotropic scaling about one point.</summary>
    /// <param name="rotationDegrees">The angle, clockwise as seen on the screen (y points down).</param>
    /// <param name="scale">The factor; above 1 enlarges.</param>
    /// <param name="centerX">The x of the point that stays, in pixels.</param>
    /// <param name="centerY">The y of the point that stays, in pixels.</param>
    /// <returns>The map.</returns>
    public static AffineTransform RotationAndScale(double rotationDegrees, double scale, double centerX, double centerY)
    {
        var (sin, cos) = Math.SinCos(rotationDegrees * Math.PI / 180);
        var (a, b) = (scale * cos, scale * sin);
        return new(a, -b, centerX - (a * centerX) + (b * centerY), b, a, centerY - (b * centerX) - (a * centerY));
    }

    /// <summary>The map that applies this one first and <paramref name="next"/> after it.</summary>
    /// <param name="next">The second map.</param>
    /// <returns>The composition.</returns>
    public AffineTransform Then(AffineTransform next)
    {
        var origin = next.Apply(X0, Y0);
        return new(
            (next.XX * XX) + (next.XY * YX),
            (next.XX * XY) + (next.XY * YY),
            origin.X,
            (next.YX * XX) + (next.YY * YX),
            (next.YX * XY) + (next.YY * YY),
            origin.Y);
    }

    /// <summary>The map back.</summary>
    /// <returns>The inverse.</returns>
    /// <exception cref="InvalidOperationException">The map flattens the plane, so there is no way back.</exception>
    public AffineTransform Inverse()
    {
        var determinant = (XX * YY) - (XY * YX);
        if (determinant == 0 || !double.IsFinite(determinant))
        {
            throw new InvalidOperationException($"The affine map {this} has no inverse.");
        }

        var (a, b, c, d) = (YY / determinant, -XY / determinant, -YX / determinant, XX / determinant);
        return new(a, b, -((a * X0) + (b * Y0)), c, d, -((c * X0) + (d * Y0)));
    }

    /// <summary>Moves a point.</summary>
    /// <param name="x">The x in pixels; NaN gives NaN.</param>
    /// <param name="y">The y in pixels; NaN gives NaN.</param>
    /// <returns>Where it goes.</returns>
    public (double X, double Y) Apply(double x, double y) => ((XX * x) + (XY * y) + X0, (YX * x) + (YY * y) + Y0);
}
