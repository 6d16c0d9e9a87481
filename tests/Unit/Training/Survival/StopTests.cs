using System.Runtime.InteropServices;
using SleapNn.Configuration;
using SleapNn.Training;

namespace SleapNn.Tests.Training.Survival;

/// <summary>Runs in a process of their own that are told to stop.</summary>
[Trait("Category", "Survival")]
public sealed class StopTests : IDisposable
{
    private readonly TinyDataset data = new();

    public void Dispose() => data.Dispose();

    [Theory]
    [InlineData(2, 130)]
    [InlineData(15, 143)]
    public async Task A_stop_that_cannot_save_says_so_and_ends_the_process(int signal, int exitCode)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var config = Path.Combine(data.Folder, "config.yaml");
        ConfigFile.Save(data.Config(epochs: 1, steps: 1_000_000), config);
        var folder = Path.Combine(data.Folder, "run");
        using var process = TrainingProcess.Start(config, folder);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(Path.Combine(folder, "labels_gt.val.0.slp")) || process.HasExited, TimeSpan.FromMinutes(2)));

        // A folder in the file's place: the rename fails as it does without permission, also for root.
        Directory.CreateDirectory(Path.Combine(folder, RunFolder.LastCheckpoint, "x"));
        Assert.Equal(0, Kill(process.Id, signal));
        var (text, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(2)));
        Assert.Contains("last.ckpt' cannot be written", await text + await errors, StringComparison.Ordinal);
        Assert.Equal(exitCode, process.ExitCode);
        Assert.Equal(SleapRunState.Failed, RunStateFile.Read(folder)!.Value.State);
    }

    // A bare system has no program 'kill'.
    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int processId, int signal);
}
