namespace SleapNn;

/// <summary>How peaks are found in confidence maps.</summary>
public sealed record PeakOptions
{
    /// <summary>
    /// The smallest value of a confidence map that counts as a peak, from 0 to 1. Global peaks may equal it, local
    /// peaks must be above it. Default: 0.2.
    /// </summary>
    public double Threshold
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new PredictionException("PeakThresholdOutOfRange", $"The peak threshold must be from 0 to 1, but is {value}.", value);
    } = 0.2;

    /// <summary>How a peak is placed between grid points. Default: <see cref="PeakRefinement.Integral"/>.</summary>
    public PeakRefinement Refinement { get; init; } = PeakRefinement.Integral;

    /// <summary>The side of the patch that is integrated, in grid points of the confidence map; odd. Default: 5.</summary>
    public int IntegralPatchSize
    {
        get;
        init => field = value is >= 1 and <= 101 && value % 2 == 1
            ? value
            : throw new PredictionException("PatchSizeInvalid", $"The integral patch size must be an odd number from 1 to 101, but is {value}.", value);
    } = 5;
}
