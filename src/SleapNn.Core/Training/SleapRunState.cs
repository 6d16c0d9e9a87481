namespace SleapNn;

/// <summary>How a run's folder was left.</summary>
public enum SleapRunState
{
    /// <summary>Training reached its end.</summary>
    Finished,

    /// <summary>A program trains it now.</summary>
    Running,

    /// <summary>Training was stopped or killed before its end; it can be resumed.</summary>
    Stopped,

    /// <summary>Training ended with an error.</summary>
    Failed,

    /// <summary>Training was ended early, since others of its sweep were better; it can be resumed.</summary>
    Pruned,
}
