namespace SleapNn;

/// <summary>What happens when labels that are merged have the same frame of the same video.</summary>
public enum DuplicateFrames
{
    /// <summary>The instances of all of them; equal ones once.</summary>
    Combine,

    /// <summary>The frame of the labels that come first.</summary>
    KeepFirst,

    /// <summary>The frame of the labels that come last.</summary>
    KeepLast,

    /// <summary>An error.</summary>
    Refuse,
}
