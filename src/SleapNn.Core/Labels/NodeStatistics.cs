namespace SleapNn;

/// <summary>How often a node was placed.</summary>
/// <param name="Name">The node.</param>
/// <param name="PointCount">In how many instances it has a position and is visible.</param>
/// <param name="Fraction">The same as a fraction of all instances of its skeleton, 0 to 1.</param>
public sealed record NodeStatistics(string Name, int PointCount, double Fraction)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Fraction:P0}";
}
