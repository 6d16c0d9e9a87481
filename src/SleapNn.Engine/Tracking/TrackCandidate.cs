namespace SleapNn.Tracking;

/// <summary>An earlier pose of a track, where it is expected in the new frame.</summary>
/// <param name="Feature">What is compared.</param>
/// <param name="VisibleCount">How many points of the earlier pose were visible.</param>
internal readonly record struct TrackCandidate(double[] Feature, int VisibleCount);
