namespace SleapNn.Tracking;

/// <summary>What tracking labels gave.</summary>
/// <param name="Labels">The labels with tracks.</param>
/// <param name="UntrackedCount">How many poses were removed because they got no track.</param>
/// <param name="CulledCount">How many poses were removed because there were more in the frame than animals.</param>
public sealed record TrackingResult(SleapLabels Labels, int UntrackedCount, int CulledCount);
