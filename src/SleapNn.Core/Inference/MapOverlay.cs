namespace SleapNn;

/// <summary>Which of a network's outputs are drawn over frames.</summary>
[Flags]
public enum MapOverlay
{
    /// <summary>The confidence maps, each node in its colour.</summary>
    ConfidenceMaps = 1,

    /// <summary>The part affinity fields as arrows, each edge in its colour.</summary>
    PartAffinityFields = 2,

    /// <summary>Both.</summary>
    Both = ConfidenceMaps | PartAffinityFields,

    /// <summary>The class maps of bottom-up models of identities, each class in its colour.</summary>
    ClassMaps = 4,
}
