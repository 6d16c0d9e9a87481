using System.Globalization;
using SleapNn.Tests.Host;

namespace SleapNn.Tests.Module;

/// <summary>Jobs on a real Slurm of one machine, with real training by the host. The task Slurm runs them.</summary>
[Trait("Category", "Slurm")]
[Collection(nameof(ClusterCollection))]
public sealed class SlurmTests : IClassFixture<ModuleFixture>, IDisposable
{
    private const string Prelude = """
        $ErrorActionPreference = 'Stop'
        Set-Location -LiteralPath $folder
        $data = if ([IO.File]::Exists("$folder/data/train.pkg.slp")) { "$folder/data/train.pkg.slp" } else { (New-SleapDemoDataset ./data -Frames 6).TrainPath }
        $config = New-SleapConfig $data -Head single_instance -Backbone unet -MaxEpochs 2 -Seed 1 -Scale 0.25 -Values @{
            'model_config.backbone_config.unet' = @{ filters = 4; max_stride = 8; output_stride = 4 }
            'model_config.head_configs.single_instance.confmaps.output_stride' = 4
            'trainer_config.min_train_steps_per_epoch' = 1
            'trainer_config.train_steps_per_epoch' = 2
        }
        function WaitFor([scriptblock] $condition, [int] $seconds = 120) {
            for ($i = 0; $i -lt 4 * $seconds -and -not (& $condition); $i++) { [Threading.Thread]::Sleep(250) }
            if ($i -eq 4 * $seconds) { throw "It never came to this: $condition" }
        }

        """;

    private readonly ModuleFixture module;
    private readonly string top = Directory.CreateTempSubdirectory("sleapnn-slurm-").FullName;
    private readonly string folder;
    private readonly string? stateBefore = Environment.GetEnvironmentVariable("SLEAPNN_STATE");

    public SlurmTests(ModuleFixture module)
    {
        this.module = module;
        folder = Directory.CreateDirectory(Path.Combine(top, "it's a $HOME (1) #2")).FullName;
        Environment.SetEnvironmentVariable("SLEAPNN_STATE", Path.Combine(top, "state"));
    }

    public void Dispose()
    {
        module.Run("Get-SleapJob | Stop-SleapJob -Confirm:$false; Set-Location -LiteralPath $root", new { root = ModuleFixture.RepositoryRoot });
        Environment.SetEnvironmentVariable("SLEAPNN_STATE", stateBefore);

        // A run that was cancelled may still be saving.
        for (var i = 0; i < 240 && Ask("squeue", "--noheader").Length > 0; i++)
        {
            Thread.Sleep(250);
        }

        Directory.Delete(top, recursive: true);
    }

    [SlurmFact]
    public void A_sweep_is_trained_and_collected_and_what_fails_is_told()
    {
        var result = Invoke("""
            $variants = $config | Expand-SleapConfig -OutputPath ./runs -Grid @{ 'trainer_config.optimizer.lr' = 1e-2, 1e-3, 1e-4 }
            $bad = $config | Expand-SleapConfig -OutputPath ./runs -List @{ trainer_config = @{ run_name = 'bad' }; data_config = @{ train_labels_path = @('nowhere.slp') } }
            $job = @($variants) + $bad | Submit-SleapTraining -JobPath ./job -Name "it's #1" -CpuCount 1 -ThrottleLimit 2 -TimeLimit 10
            $job | Receive-SleapJob -Wait -IntervalSeconds 2 -TimeoutSeconds 240 -ErrorAction Continue
            Get-SleapJob $job.Id
            """);

        Assert.Equal("ClusterRunFailed", result.ErrorId);
        Assert.StartsWith($"bad (", result.OnlyError.Exception.Message);
        Assert.Contains("nowhere.slp", result.OnlyError.Exception.Message);
        var runs = result.Output.SkipLast(1).ToList();
        Assert.Equal(["lr=0.01", "lr=0.001", "lr=0.0001"], runs.Select(run => Assert.IsType<SleapRun>(run.BaseObject).Name));
        Assert.Equal([0.01, 0.001, 0.0001], runs.Select(run => run.Properties["lr"].Value));
        Assert.All(runs, run => Assert.Equal((2, true), (((SleapRun)run.BaseObject).Epochs, double.IsFinite(((SleapRun)run.BaseObject).MeanOks))));
        var job = Assert.IsType<ClusterJob>(result.Output[^1].BaseObject);
        Assert.Equal(("it's #1", ClusterTaskState.Failed, 3, 1), (job.Name, job.State, job.Finished, job.Failed));
    }

    [SlurmFact]
    public void Told_by_its_time_limit_a_run_saves_and_goes_on_to_the_same_end()
    {
        // As long as it takes for Slurm to look at the clock at least once: it does so every half a minute. What is measured first is
        // slower than the run, by up to four times.
        var seconds = (double)Invoke("$config.trainer_config.max_epochs = 3; $config.trainer_config.train_steps_per_epoch = 40; $run = $config | Start-SleapTraining -Device cpu -OutputPath ./probe; (Get-SleapTrainingLog $run.Path)[-1].TrainSeconds").Succeeded().Output[^1].BaseObject;
        var steps = Math.Max(5, (int)(40 * 8 / seconds));
        Invoke($$"""
            $config.trainer_config.train_steps_per_epoch = {{steps}}
            $config.trainer_config.max_epochs = 25
            $config.trainer_config.early_stopping.stop_training_on_plateau = $false
            $config.trainer_config.run_name = 'short'
            $null = $config | Submit-SleapTraining -JobPath ./limited -CpuCount 1 -TimeLimit 1 -SaveTime 0:00:20
            $config.trainer_config.run_name = 'long'
            $null = $config | Submit-SleapTraining -JobPath ./whole -CpuCount 1 -TimeLimit 30
            """).Succeeded();

        var limited = Job("limited");
        for (var clock = System.Diagnostics.Stopwatch.StartNew(); !limited.HasEnded; limited = Job("limited"))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(12), "The run did not come to its end.");
            Hasten(limited.Tasks[0]);
            Thread.Sleep(1000);
        }

        Assert.Equal(ClusterTaskState.Finished, limited.State);
        Assert.True(limited.Tasks[0].Attempts > 1, $"It was not interrupted: {File.ReadAllText(limited.Tasks[0].LogPath)}");
        Assert.Contains("saved, to go on later", File.ReadAllText(limited.Tasks[0].LogPath));
        Invoke("WaitFor { (Get-SleapJob -LiteralPath ./whole).HasEnded } 400").Succeeded();
        var whole = Job("whole");
        Assert.Equal((ClusterTaskState.Finished, 1), (whole.State, whole.Tasks[0].Attempts));

        var (first, second) = (Losses(whole), Losses(limited));
        Assert.Equal(25, first.Count);
        Assert.Equal(first, second);
        Assert.True(first[^1].Val < first[0].Val);
    }

    [SlurmFact]
    public void Preempted_by_another_job_a_run_goes_on()
    {
        Invoke("$config.trainer_config.max_epochs = 100000; $config.trainer_config.run_name = 'patient'; $null = $config | Submit-SleapTraining -JobPath ./job -Partition low -CpuCount 1; WaitFor { (Get-SleapJob -LiteralPath ./job -Task).Epochs -gt 3 }").Succeeded();
        Ask("sbatch", "--partition=high", "--exclusive", "--output=/dev/null", "--wrap=sleep 2");
        var waiting = Job("job", "WaitFor { (Get-SleapJob -LiteralPath ./job).State -eq 'Pending' }");
        Assert.True(File.Exists(Path.Combine(waiting.Tasks[0].RunPath, "last.ckpt")));
        var saved = waiting.Tasks[0].Epochs;
        for (var i = 0; i < 240 && Job("job").State != ClusterTaskState.Running; i++)
        {
            Hasten(waiting.Tasks[0]);
            Thread.Sleep(500);
        }

        var again = Job("job", $"WaitFor {{ (Get-SleapJob -LiteralPath ./job -Task).Epochs -gt {saved + 1} }}").Tasks[0];
        Assert.Equal((ClusterTaskState.Running, 2), (again.State, again.Attempts));
        Assert.DoesNotContain("Epoch 1/", File.ReadAllText(again.LogPath).Split("attempt 2")[1]);
    }

    [SlurmFact]
    public void Stopped_runs_save_what_they_have_and_do_not_come_back()
    {
        var result = Invoke("""
            $config.trainer_config.max_epochs = 100000
            $job = $config | Expand-SleapConfig @{ 'trainer_config.seed' = 1, 2, 3 } | Submit-SleapTraining -JobPath ./job -CpuCount 1 -ThrottleLimit 2
            WaitFor { @($job | Get-SleapJob -Task | Where-Object Epochs -gt 2).Count -eq 2 }
            Stop-SleapJob "$($job.Id)_1" -Confirm:$false
            WaitFor { (Get-SleapJob "$($job.Id)_1").HasEnded }
            WaitFor { (Get-SleapJob "$($job.Id)_3").Epochs -gt 1 }
            $job | Stop-SleapJob -Confirm:$false
            WaitFor { ($job | Get-SleapJob).HasEnded }
            $job | Get-SleapJob -Task
            """).Succeeded();

        var tasks = result.Output.Select(o => Assert.IsType<ClusterTask>(o.BaseObject)).ToList();
        Assert.All(tasks, task => Assert.Equal((ClusterTaskState.Stopped, 1), (task.State, task.Attempts)));
        Assert.All(tasks, task => Assert.True(File.Exists(Path.Combine(task.RunPath, "last.ckpt"))));
        Assert.All(module.Run("$paths | Get-SleapRun | ForEach-Object { $_.State.ToString() }", new { paths = tasks.Select(task => task.RunPath).ToArray() }), state => Assert.Equal("Stopped", state));
    }

    [SlurmFact]
    public void What_slurm_refuses_is_told_and_leaves_nothing_behind()
    {
        var result = Invoke("$config | Submit-SleapTraining -Partition nowhere -JobPath ./job");
        Assert.Equal("ClusterRefused", result.ErrorId);
        Assert.Contains("invalid partition", result.OnlyError.Exception.Message, StringComparison.OrdinalIgnoreCase);
        Assert.False(Directory.Exists(Path.Combine(folder, "job", "configs")));
        Assert.Equal("ClusterTimeLimit", Invoke("$config | Submit-SleapTraining -TimeLimit 1").ErrorId);
        Assert.Equal(["high", "low"], module.Run("(TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText", new { line = "Submit-SleapTraining -Partition " }));
    }

    [SlurmFact]
    public void The_sample_trains_a_sweep_and_shows_the_best()
    {
        var script = Path.Combine(ModuleFixture.RepositoryRoot, "samples", "Cluster.ps1");
        var run = HostProcess.Run("-File", script, "-OutputPath", folder, "-MaxEpochs", "1");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Matches("Finished +1/1 .*filters=\\d+, lr=0.0*1", run.Output);
        Assert.True(File.Exists(Path.Combine(folder, "curves.png")));
    }

    // A job that went back into the queue waits for two minutes before Slurm looks at it again. It may begin by itself between the
    // question for its state and this, and is refused then.
    private static void Hasten(ClusterTask task)
    {
        if (task.State == ClusterTaskState.Pending)
        {
            Run("scontrol", "update", $"JobId={task.Id}", "StartTime=now");
        }
    }

    private static string Ask(string program, params string[] arguments)
    {
        var (code, output) = Run(program, arguments);
        Assert.Equal(0, code);
        return output;
    }

    private static (int Code, string Output) Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private static List<(string Train, double Val)> Losses(ClusterJob job) =>
    [
        .. File.ReadLines(Path.Combine(job.Tasks[0].RunPath, "training_log.csv")).Skip(1).Select(line => line.Split(',')).Select(fields => (fields[1], double.Parse(fields[2], CultureInfo.InvariantCulture))),
    ];

    private ClusterJob Job(string name, string before = "") => Assert.IsType<ClusterJob>(Invoke($"{before}\nGet-SleapJob -LiteralPath ./{name}").Succeeded().Output[^1].BaseObject);

    private ModuleResult Invoke(string script) => module.Invoke(Prelude + script, new { folder });
}
