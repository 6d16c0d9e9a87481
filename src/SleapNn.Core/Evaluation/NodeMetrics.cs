namespace SleapNn;

/// <summary>How well one node was found on the matched animals.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Distances">How far predicted points are from labelled ones.</param>
/// <param name="Pck">The share of correct keypoints, averaged over thresholds of 1 to 10 px; NaN without any matched animal.</param>
/// <param name="Missed">How often the node is labelled but not predicted.</param>
/// <param name="Invented">How often it is predicted but not labelled.</param>
public sealed record NodeMetrics(string Node, DistanceMetrics Distances, double Pck, int Missed, int Invented);
