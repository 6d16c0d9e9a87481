namespace SleapNn;

/// <summary>Which frames' images are stored in a labels file when it is written.</summary>
public enum EmbedFrames
{
    /// <summary>Those that are embedded in the file that the labels came from, unchanged; none where none are.</summary>
    Keep,

    /// <summary>None; videos refer to the files that embedded frames were taken from.</summary>
    None,

    /// <summary>Frames with an instance that a person placed.</summary>
    User,

    /// <summary>Suggested frames.</summary>
    Suggestions,

    /// <summary>Frames with an instance that a person placed, and suggested frames.</summary>
    UserAndSuggestions,

    /// <summary>All labelled and suggested frames.</summary>
    All,
}
