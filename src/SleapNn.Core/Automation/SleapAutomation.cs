namespace SleapNn;

/// <summary>A watched folder that a scheduler looks after.</summary>
public sealed record SleapAutomation
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>What starts it.</summary>
    public required AutomationKind Kind { get; init; }

    /// <summary>The watched folder.</summary>
    public required string Path { get; init; }

    /// <summary>The folder of the results.</summary>
    public required string OutputPath { get; init; }

    /// <summary>When it is started, in words.</summary>
    public required string Schedule { get; init; }

    /// <summary>The program that is started.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The script that it runs. It may be changed by hand.</summary>
    public required string ScriptPath { get; init; }

    /// <summary>The log.</summary>
    public required string LogPath { get; init; }

    /// <summary>The journal of the watched folder.</summary>
    public required string JournalPath { get; init; }

    /// <summary>All files that were written to register it.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>When it was registered, in local time.</summary>
    public required DateTime Registered { get; init; }

    /// <summary>Whether the scheduler knows it at present.</summary>
    public bool IsScheduled { get; init; }

    /// <summary>When its last complete run ended, in local time; null where there was none.</summary>
    public DateTime? LastRun { get; init; }

    /// <summary>How many videos that run handled; null where there was none.</summary>
    public int? LastDone { get; init; }

    /// <summary>The exit code of that run; null where there was none.</summary>
    public int? LastExitCode { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Path}, {Schedule} ({Kind})";
}
