namespace SleapNn;

/// <summary>A pair of nodes of a <see cref="Skeleton"/>, by index.</summary>
/// <param name="Source">The index of the first node.</param>
/// <param name="Destination">The index of the second node.</param>
public readonly record struct SkeletonEdge(int Source, int Destination);
