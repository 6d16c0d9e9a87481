namespace SleapNn.Inference;

/// <summary>A connection between two peaks along an edge of the skeleton.</summary>
/// <param name="Edge">The edge's index.</param>
/// <param name="SourcePeak">The index of the peak among those of the edge's source node.</param>
/// <param name="DestinationPeak">The index of the peak among those of the edge's destination node.</param>
/// <param name="Score">How well the part affinity field runs along the connection; at most about 1.</param>
public readonly record struct EdgeMatch(int Edge, int SourcePeak, int DestinationPeak, float Score);
