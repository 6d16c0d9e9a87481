namespace SleapNn;

/// <summary>
/// Where a node is in a frame. Coordinates are pixels of the full video frame with the centre of the top-left pixel
/// at (0, 0), x to the right and y down.
/// </summary>
/// <param name="X">The horizontal position in pixels; NaN where the node was not found or labelled.</param>
/// <param name="Y">The vertical position in pixels; NaN where the node was not found or labelled.</param>
/// <param name="Visible">Whether the node can be seen.</param>
/// <param name="Complete">Whether a person marked the point as finished.</param>
/// <param name="Score">The confidence of a predicted point; 0 for labelled ones.</param>
public readonly record struct PosePoint(double X, double Y, bool Visible = true, bool Complete = false, double Score = 0)
{
    /// <summary>A point that is not there.</summary>
    public static PosePoint Missing { get; } = new(double.NaN, double.NaN, Visible: false);

    /// <summary>Whether the point has coordinates.</summary>
    public bool HasPosition => !double.IsNaN(X) && !double.IsNaN(Y);
}
