namespace SleapNn.Tracking;

/// <summary>How new poses are given to tracks.</summary>
public enum TrackMatching
{
    /// <summary>So that the sum of all scores is largest.</summary>
    Hungarian,

    /// <summary>The best pair first, then the best of the others.</summary>
    Greedy,
}
