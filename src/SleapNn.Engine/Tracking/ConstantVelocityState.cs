namespace SleapNn.Tracking;

/// <summary>What a filter believes about one point: the mean of (x, vx, y, vy), in pixels and pixels a frame, and its covariance.</summary>
internal sealed record ConstantVelocityState(double[] Mean, double[,] Covariance)
{
    public double X => Mean[0];

    public double Y => Mean[2];

    /// <summary>The same with the speed along each axis kept within a limit.</summary>
    public ConstantVelocityState WithSpeedUpTo(double limit) => this with
    {
        Mean = [Mean[0], Math.Clamp(Mean[1], -limit, limit), Mean[2], Math.Clamp(Mean[3], -limit, limit)],
    };
}
