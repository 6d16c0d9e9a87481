namespace SleapNn.Inference;

/// <summary>What a network makes of one frame.</summary>
/// <param name="Confidence">Its confidence maps: one set for the frame, or one for each crop.</param>
/// <param name="Fields">Its part affinity fields; empty for networks that have none.</param>
/// <param name="Crops">For networks that see crops, the boxes of those, in pixels of the frame.</param>
public sealed record NetworkLook(
    IReadOnlyList<NetworkMaps> Confidence, IReadOnlyList<NetworkMaps> Fields, IReadOnlyList<(double LeftPx, double TopPx, double WidthPx, double HeightPx)> Crops)
{
    /// <summary>Its class maps; empty for networks that have none.</summary>
    public IReadOnlyList<NetworkMaps> Classes { get; init; } = [];
}
