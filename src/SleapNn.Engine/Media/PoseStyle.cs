namespace SleapNn.Media;

/// <summary>How poses are drawn. Sizes are in pixels of the picture that comes out, whatever its zoom.</summary>
public sealed record PoseStyle
{
    /// <summary>The width of the lines between nodes.</summary>
    public int LineWidthPx { get; init; } = 1;

    /// <summary>The radius of the dot on a node.</summary>
    public double RadiusPx { get; init; } = 3;

    /// <summary>What the colours tell apart.</summary>
    public PoseColours Colours { get; init; } = PoseColours.Auto;

    /// <summary>Whether the names of the nodes are written beside them.</summary>
    public bool ShowNodeNames { get; init; }

    /// <summary>Whether the name of the track is written above an instance that has one.</summary>
    public bool ShowTrackNames { get; init; } = true;

    /// <summary>Whether the score is written above a predicted instance.</summary>
    public bool ShowScores { get; init; }

    /// <summary>
    /// The tracks of the labels, whose order gives a track the same colour in every frame; where empty, a track's colour follows
    /// from its name.
    /// </summary>
    public IReadOnlyList<Track> Tracks { get; init; } = [];
}
