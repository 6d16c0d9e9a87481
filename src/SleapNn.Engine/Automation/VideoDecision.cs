namespace SleapNn.Automation;

/// <summary>What to do with a video that has stopped growing.</summary>
internal enum VideoDecision
{
    /// <summary>Predict, or go on where an attempt was stopped.</summary>
    Handle,

    /// <summary>Wait, since an attempt has failed just now.</summary>
    Later,

    /// <summary>Nothing: its results are written.</summary>
    Done,

    /// <summary>Nothing: it failed too often.</summary>
    GivenUp,

    /// <summary>Nothing: a file that the watcher has not written, or that was changed since, is where its results would go.</summary>
    LeftAlone,
}
