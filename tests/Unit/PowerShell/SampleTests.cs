using System.Management.Automation.Language;
using SleapNn.Tests.Host;

namespace SleapNn.Tests.Module;

public sealed class SampleTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-sample-").FullName;

    [Fact]
    public void Every_script_parses()
    {
        var scripts = Directory.GetFiles(Path.Combine(ModuleFixture.RepositoryRoot, "samples"), "*.ps1", SearchOption.AllDirectories)
            .Append(Path.Combine(ModuleFixture.RepositoryRoot, "build.ps1"));
        foreach (var script in scripts)
        {
            Parser.ParseFile(script, out _, out var errors);
            Assert.Empty(errors.Select(e => $"{script}: {e.Message}"));
        }
    }

    [Fact]
    public void The_demo_goes_all_the_way_even_when_it_trains_too_little()
    {
        var run = HostProcess.Run("-File", Path.Combine(ModuleFixture.RepositoryRoot, "samples", "Demo.ps1"), "-OutputPath", folder, "-MaxEpochs", "1");

        Assert.Contains("Median error on unseen frames", run.Output);
        Assert.Matches(@"all visible\s+\d+", run.Output);
        Assert.True(run.ExitCode == 0 || run.Error.Contains("should be below 2 px", StringComparison.Ordinal), run.Error);
        Assert.Equal(12, Directory.GetFiles(Path.Combine(folder, "pictures"), "*.png").Length);
        Assert.True(File.Exists(Path.Combine(folder, "predictions.slp")));
    }

    [Fact]
    public void Ways_of_tracking_are_compared_by_their_swaps()
    {
        var script = Path.Combine(ModuleFixture.RepositoryRoot, "samples", "CompareTracking.ps1");
        var run = HostProcess.Run("-Command", $"& '{script}' -OutputPath '{folder}' -Frames 12 -Videos 1 -Animals 2 | ConvertTo-Json -Compress");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("1 videos of 12 frames with 2 animals", run.Output);
        Assert.Matches("\"Method\":\"OKS, spread 0.1, Kalman\",\"Swaps\":0,", run.Output);
        Assert.Matches("\"Method\":\"Euclidean, largest score, optical flow\",\"Swaps\":0,", run.Output);
    }

    [Fact]
    public void Models_of_a_type_go_all_the_way()
    {
        var script = Path.Combine(ModuleFixture.RepositoryRoot, "samples", "AllModels.ps1");
        var run = HostProcess.Run("-Command", $"& '{script}' -Pipeline multi_class_bottomup -OutputPath '{folder}' -MaxEpochs 1 -TrainFrames 6 | ConvertTo-Json -Compress");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Matches("\"Pipeline\":\"multi_class_bottomup\",.*\"Frames\":90,\"Found\":\"\\d+ of 180\"", run.Output);
    }

    [Fact]
    public void A_sweep_is_trained_listed_and_drawn_and_then_not_repeated()
    {
        string[] command = ["-File", Path.Combine(ModuleFixture.RepositoryRoot, "samples", "Sweep.ps1"), "-OutputPath", folder, "-MaxEpochs", "1"];
        var run = HostProcess.Run(command);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Matches("Finished +1/1 .*filters=12, lr=0.001", run.Output);
        Assert.Equal(9, Directory.GetDirectories(Path.Combine(folder, "runs")).Length);
        Assert.Contains($"Their curves: {Path.Combine(folder, "curves.png")}", run.Output);
        Assert.True(File.Exists(Path.Combine(folder, "curves.png")));

        var again = HostProcess.Run(command);
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Contains("filters=8_lr=0.01 is finished", again.Output + again.Error);
        Assert.Equal(9, Directory.GetDirectories(Path.Combine(folder, "runs")).Length);
    }

    [Fact]
    public void A_sweep_ends_poor_variants_early()
    {
        var run = HostProcess.Run("-File", Path.Combine(ModuleFixture.RepositoryRoot, "samples", "Sweep.ps1"), "-OutputPath", folder, "-MaxEpochs", "9", "-Prune");

        Assert.True(run.ExitCode == 0, run.Error);
        var states = run.Output.Split('\n').Select(line => line.Split(' ')[0]).ToList();
        Assert.Equal((1, 8), (states.Count(state => state == "Finished"), states.Count(state => state == "Pruned")));
        Assert.Matches("Finished +9/9 ", run.Output);
        Assert.Equal(2, System.Text.RegularExpressions.Regex.Count(run.Output, "Pruned +3/9 "));
    }

    [Fact]
    public void A_folder_is_watched_through_a_crash_and_nothing_handled_twice()
    {
        var run = HostProcess.Run("-File", Path.Combine(ModuleFixture.RepositoryRoot, "samples", "Automation.ps1"), "-OutputPath", folder);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Matches("Killed while it predicted cage2.mp4", run.Output);
        Assert.Matches(@"Done +: 2\s", run.Output);
        Assert.Matches(@"Done before +: 1\s", run.Output);
        Assert.Matches(@"[1-9]\d* frames of cage2.mp4 were predicted before the crash", run.Output);
        Assert.Contains("OnUnitInactiveSec=600s", run.Output);
    }

    [Fact]
    public void The_data_choose_a_configuration_that_trains()
    {
        var run = HostProcess.Run("-File", Path.Combine(ModuleFixture.RepositoryRoot, "samples", "Auto.ps1"), "-OutputPath", folder, "-MaxEpochs", "1");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Matches("single_instance +no frame has more than one animal", run.Output);
        Assert.Matches(@"Epoch\s+: .* for \d+ steps and the validation", run.Output);
        Assert.True(File.Exists(Path.Combine(folder, "model", "best.ckpt")));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
