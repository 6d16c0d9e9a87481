namespace SleapNn;

/// <summary>How predicted animals are paired with labelled ones.</summary>
public enum MatchMethod
{
    /// <summary>By centroid where the prediction has one node (a centroid model alone), else by OKS.</summary>
    Auto = 0,

    /// <summary>By object keypoint similarity over all nodes.</summary>
    Oks = 1,

    /// <summary>By the distance between centroids.</summary>
    Centroid = 2,
}
