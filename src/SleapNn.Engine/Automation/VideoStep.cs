namespace SleapNn.Automation;

/// <summary>How far the handling of a video got, as the journal has it.</summary>
internal enum VideoStep
{
    /// <summary>Its prediction was begun.</summary>
    Begun,

    /// <summary>Its labels file is written.</summary>
    Predicted,

    /// <summary>All is written.</summary>
    Done,

    /// <summary>An attempt failed.</summary>
    Failed,

    /// <summary>The watcher was asked to stop.</summary>
    Stopped,
}
