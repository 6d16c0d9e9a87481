namespace SleapNn;

/// <summary>How well animals were located as points, whatever their pose.</summary>
/// <param name="Detection">How many centroids were found, missed and invented.</param>
/// <param name="Distances">How far matched centroids are apart.</param>
public sealed record CentroidMetrics(DetectionMetrics Detection, DistanceMetrics Distances)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Detection}; {Distances}";
}
