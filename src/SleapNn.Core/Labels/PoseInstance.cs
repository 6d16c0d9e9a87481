namespace SleapNn;

/// <summary>One animal in one frame.</summary>
public sealed class PoseInstance
{
    /// <summary>Creates an instance.</summary>
    /// <param name="skeleton">The animal's skeleton.</param>
    /// <param name="points">One point a node, in the order of <see cref="Skeleton.Nodes"/>.</param>
    /// <param name="kind">Who placed it.</param>
    /// <exception cref="LabelsException">There are more or fewer points than nodes (LabelsPointCount).</exception>
    public PoseInstance(Skeleton skeleton, PosePoint[] points, InstanceKind kind = InstanceKind.User)
    {
        if (points.Length != skeleton.Nodes.Count)
        {
            throw new LabelsException(
                "LabelsPointCount",
                $"An instance of the skeleton '{skeleton.Name}' needs {skeleton.Nodes.Count} points, one a node, but got {points.Length}.",
                skeleton);
        }

        Skeleton = skeleton;
        Points = points;
        Kind = kind;
    }

    /// <summary>The animal's skeleton.</summary>
    public Skeleton Skeleton { get; }

    /// <summary>One point a node, in the order of <see cref="Skeleton.Nodes"/>.</summary>
    public PosePoint[] Points { get; }

    /// <summary>Who placed it.</summary>
    public InstanceKind Kind { get; }

    /// <summary>The identity, or null.</summary>
    public Track? Track { get; set; }

    /// <summary>The confidence of a predicted instance; for labelled ones what the file says: 0, or NaN in older files.</summary>
    public double Score { get; set; }

    /// <summary>The confidence of the link to <see cref="Track"/>; NaN in some older files.</summary>
    public double TrackingScore { get; set; }

    /// <summary>The predicted instance that a person corrected to make this one, or null.</summary>
    public PoseInstance? FromPredicted { get; set; }

    /// <summary>How many points have a position and are visible.</summary>
    public int VisibleCount => Points.Count(p => p.HasPosition && p.Visible);

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} instance, {VisibleCount}/{Points.Length} points{(Track is null ? "" : $", {Track.Name}")}";
}
