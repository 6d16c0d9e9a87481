namespace SleapNn;

/// <summary>The plots of an evaluation.</summary>
public enum EvaluationPlot
{
    /// <summary>All of them on one sheet.</summary>
    All = 0,

    /// <summary>How many points are how far off: a histogram of the distances in pixels.</summary>
    Distances = 1,

    /// <summary>How far off each node is: half, nine tenths and 95 % of its distances.</summary>
    Nodes = 2,

    /// <summary>Precision over recall, for several thresholds of the OKS.</summary>
    PrecisionRecall = 3,

    /// <summary>The share of correct keypoints over the distance that still counts as correct.</summary>
    Pck = 4,
}
