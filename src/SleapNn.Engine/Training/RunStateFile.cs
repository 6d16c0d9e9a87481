using System.Diagnostics;
using System.Text.Json;

namespace SleapNn.Training;

/// <summary>A run's <c>run_state.json</c>: who trains it, and how it ended. A run that is killed leaves it saying that it runs; the process tells otherwise.</summary>
internal sealed class RunStateFile : IDisposable
{
    public const string FileName = "run_state.json";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };
    private RunLock? held;
    private string? folder;

    /// <summary>The folder of the run; null before it is made.</summary>
    public string? Folder => folder;

    /// <summary>Keeps the folder for this run until <see cref="Dispose"/>.</summary>
    public void Hold(RunLock taken) => held = taken;

    /// <summary>Notes that the run begins.</summary>
    public void Begin()
    {
        folder = held!.Folder;
        Write(SleapRunState.Running, null);
    }

    public void End(TrainingRun run) => Write(run.End == TrainingEnd.Stopped ? SleapRunState.Stopped : SleapRunState.Finished, null, run);

    /// <summary>Notes that a run was ended, since others of its sweep were better.</summary>
    public static void Prune(string runFolder)
    {
        var path = Path.Combine(runFolder, FileName);
        var content = ReadContent(path) ?? new Content("", null, Environment.MachineName, 0, 0);
        AtomicFile.WriteText(path, JsonSerializer.Serialize(content with { State = Name(SleapRunState.Pruned) }, Json));
    }

    /// <summary>With how many samples a run was trained and validated; 0 where its folder does not tell.</summary>
    public static (int Train, int Val) ReadSamples(string runFolder) =>
        ReadContent(Path.Combine(runFolder, FileName)) is { } content ? (content.TrainSamples, content.ValSamples) : (0, 0);

    public void Fail(Exception error)
    {
        try
        {
            Write(error is OperationCanceledException ? SleapRunState.Stopped : SleapRunState.Failed, error.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The error itself, often a full disk, is what the user has to see.
        }
    }

    public void Dispose() => held?.Dispose();

    /// <summary>Which process of which machine trains a run, as far as its folder tells.</summary>
    public static (int ProcessId, string Machine)? TrainerOf(string runFolder) =>
        ReadContent(Path.Combine(runFolder, FileName)) is { ProcessId: > 0 } content ? (content.ProcessId, content.Machine) : null;

    /// <summary>How a run was left, or null where its folder has no such file that can be read.</summary>
    public static (SleapRunState State, string? Error)? Read(string runFolder)
    {
        if (ReadContent(Path.Combine(runFolder, FileName)) is not { } content || !Enum.TryParse<SleapRunState>(content.State, ignoreCase: true, out var state))
        {
            return null;
        }

        return state == SleapRunState.Running && !IsAlive(content, runFolder) ? (SleapRunState.Stopped, null) : (state, content.Error);
    }

    private static Content? ReadContent(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Content>(SharedFile.ReadAllText(path), Json) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static string Name(SleapRunState state) => state.ToString().ToLowerInvariant();

    private void Write(SleapRunState state, string? error, TrainingRun? run = null)
    {
        if (folder is not null)
        {
            using var process = Process.GetCurrentProcess();
            var content = new Content(Name(state), error, Environment.MachineName, process.Id, StartOf(process), run?.TrainSamples ?? 0, run?.ValSamples ?? 0);
            AtomicFile.WriteText(Path.Combine(folder, FileName), JsonSerializer.Serialize(content, Json));
        }
    }

    private static bool IsAlive(Content content, string runFolder)
    {
        if (content.Machine != Environment.MachineName)
        {
            // Another machine's processes cannot be asked: its files say when it last did something.
            return Directory.GetFiles(runFolder).Max(File.GetLastWriteTimeUtc) > DateTime.UtcNow.AddHours(-1);
        }

        try
        {
            using var process = Process.GetProcessById(content.ProcessId);
            return StartOf(process) == content.ProcessStarted;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // There is no such process, or it is another user's by now.
            return false;
        }
    }

    // Whole seconds: the clock's ticks since the start of the system are rounded differently from call to call.
    private static long StartOf(Process process) => new DateTimeOffset(process.StartTime).ToUnixTimeSeconds() / 10;

    private sealed record Content(string State, string? Error, string Machine, int ProcessId, long ProcessStarted, int TrainSamples = 0, int ValSamples = 0);
}
