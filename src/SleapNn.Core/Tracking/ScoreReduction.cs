namespace SleapNn.Tracking;

/// <summary>How the scores against several poses of one track become one.</summary>
public enum ScoreReduction
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The largest.</summary>
    Max,

    /// <summary>A quantile of them, less moved by one lucky pose than the largest.</summary>
    RobustQuantile,
}
