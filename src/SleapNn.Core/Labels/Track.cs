namespace SleapNn;

/// <summary>The identity of one animal over time. Two tracks are the same only if they are the same object.</summary>
public sealed class Track
{
    /// <summary>The track's name.</summary>
    public string Name { get; set; } = "";

    /// <summary>The frame on which a tracker started it, as labels files keep it; usually 0.</summary>
    public long SpawnedOn { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
