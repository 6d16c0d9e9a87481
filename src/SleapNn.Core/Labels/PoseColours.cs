namespace SleapNn;

/// <summary>What the colours of drawn poses tell apart.</summary>
public enum PoseColours
{
    /// <summary>Tracks where instances have them; else instances where there are several; else nodes.</summary>
    Auto = 0,

    /// <summary>Tracks.</summary>
    Track = 1,

    /// <summary>Instances of a frame, in their order.</summary>
    Instance = 2,

    /// <summary>Nodes of the skeleton.</summary>
    Node = 3,
}
