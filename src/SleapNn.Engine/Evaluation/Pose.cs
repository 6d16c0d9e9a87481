namespace SleapNn.Evaluation;

/// <summary>An animal as it is compared.</summary>
/// <param name="Instance">The animal.</param>
/// <param name="Points">Its visible points, in the ground truth's order where nodes are compared; the others are missing.</param>
/// <param name="Centroid">Its anchor where that is visible, else the mean of the visible points; missing where there are none.</param>
internal sealed record Pose(PoseInstance Instance, PosePoint[] Points, PosePoint Centroid)
{
    /// <summary>Whether no point is visible.</summary>
    public bool IsEmpty => !Centroid.HasPosition;
}
