namespace SleapNn.Tests.Module;

/// <summary>The cmdlets of clusters in a runspace, with a make-believe Slurm that runs the batch scripts.</summary>
[Collection(nameof(ClusterCollection))]
public sealed class ClusterCommandTests : IClassFixture<ModuleFixture>, IDisposable
{
    private const string Variants = """
        Set-Location -LiteralPath $folder -ErrorAction Stop
        function New-Variant {
            $names = [string[]]$args
            New-SleapConfig -Head single_instance -MaxEpochs 2 | Expand-SleapConfig -List @($names | ForEach-Object { @{ trainer_config = @{ run_name = $_; seed = [Array]::IndexOf($names, $_) } } })
        }

        """;

    private readonly ModuleFixture module;
    private readonly string folder = Directory.CreateDirectory(Path.Combine(Directory.CreateTempSubdirectory("sleapnn-cluster-").FullName, "it's a $HOME [1]")).FullName;
    private readonly FakeSlurm slurm;

    public ClusterCommandTests(ModuleFixture module)
    {
        this.module = module;
        slurm = new FakeSlurm(folder);
    }

    public void Dispose()
    {
        module.Run("Set-Location -LiteralPath $root", new { root = ModuleFixture.RepositoryRoot });
        slurm.Dispose();
        Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);
    }

    [ClusterFact]
    public void A_sweep_is_one_job_array_and_its_runs_are_collected()
    {
        var result = Invoke("""
            $job = New-Variant 'a b' "it's" | Submit-SleapTraining -JobPath ./job -HostPath $hostPath -Gpu a100 -Partition gpu
            $job
            $runs = $job | Receive-SleapJob -Wait -IntervalSeconds 1
            $runs | ForEach-Object { $_.Name; $_.seed; $_.BestLoss; $_.Path }
            $job | Get-SleapJob
            """).Succeeded();

        var job = Assert.IsType<ClusterJob>(result.Output[0].BaseObject);
        Assert.Equal(("101", 2, Path.Combine(folder, "job")), (job.Id, job.Tasks.Count, job.Path));
        Assert.Equal(["a b", 0, 0.2, Path.Combine(folder, "job", "runs", "a b"), "it's", 1, 0.2, Path.Combine(folder, "job", "runs", "it's")], result.Output.Skip(1).Take(8).Select(o => o.BaseObject));
        var last = Assert.IsType<ClusterJob>(result.Output[^1].BaseObject);
        Assert.Equal((ClusterTaskState.Finished, 2, 0.2), (last.State, last.Finished, last.BestLoss));
        Assert.Equal("fake01", last.Tasks[0].Node);

        Assert.Single(slurm.Calls, call => call.StartsWith("--parsable", StringComparison.Ordinal));
        var train = slurm.Calls.Where(call => call.StartsWith("train", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal($"train [-NonInteractive] [-File] [{folder}/job/train.ps1] [-ConfigPath] [{folder}/job/configs/1.yaml] [-RunPath] [{folder}/job/runs/a b] [-Device] [cuda] [{ModuleFixture.ModuleFolder}]", train[0]);
        Assert.Equal(2, train.Length);
    }

    [ClusterFact]
    public void WhatIf_shows_the_script_and_writes_nothing()
    {
        Assert.Empty(Invoke("New-Variant a | Submit-SleapTraining -JobPath ./job -HostPath $hostPath -WhatIf").Succeeded().Output);
        Assert.False(Directory.Exists(Path.Combine(folder, "job")));
        Assert.Empty(slurm.Calls);
    }

    [ClusterFact]
    public void A_failed_run_is_an_error_with_the_end_of_its_log()
    {
        var result = Invoke("New-Variant good fails | Submit-SleapTraining -HostPath $hostPath | Receive-SleapJob -Wait -IntervalSeconds 1");

        Assert.Equal("good", Assert.IsType<SleapRun>(Assert.Single(result.Output).BaseObject).Name);
        Assert.Equal("ClusterRunFailed", result.ErrorId);
        Assert.StartsWith("fails (101_2) failed on fake01: exit code 1.", result.OnlyError.Exception.Message);
        Assert.EndsWith("There is no labels file.", result.OnlyError.Exception.Message);
        Assert.Equal(2, Assert.IsType<ClusterTask>(result.OnlyError.TargetObject).Number);
    }

    [ClusterFact]
    public void Jobs_that_are_submitted_in_one_second_have_folders_of_their_own()
    {
        var jobs = Invoke("1..4 | ForEach-Object { New-Variant \"run$_\" | Submit-SleapTraining -HostPath $hostPath }").Succeeded().Output;
        Assert.Equal(4, jobs.Select(job => ((ClusterJob)job.BaseObject).Path).Distinct().Count());
    }

    [ClusterFact]
    public void Told_to_make_room_a_run_saves_and_goes_on()
    {
        slurm.Touch("hold");
        Invoke("$null = New-Variant slow1 slow2 | Submit-SleapTraining -HostPath $hostPath; WaitFor { -not (Get-SleapJob 101 -Task | Where-Object Epochs -eq 0) }").Succeeded();
        slurm.Warn("101_1");
        var waiting = Invoke("WaitFor { (Get-SleapJob 101_1).State -eq 'Pending' }; Get-SleapJob 101 -Task").Succeeded().Output.Select(o => (ClusterTask)o.BaseObject).ToList();

        Assert.Equal([ClusterTaskState.Pending, ClusterTaskState.Running], waiting.Select(task => task.State));
        Assert.Equal("BeginTime", waiting[0].Reason);

        // Only this one: its job's id would mean all of them.
        Assert.Equal(["requeue 101_1"], slurm.Calls.Where(call => call.StartsWith("requeue", StringComparison.Ordinal)));
        slurm.Begin("101_1", 1);
        var ended = (ClusterTask)Invoke("WaitFor { (Get-SleapJob 101_1).HasEnded }; Get-SleapJob 101_1").Succeeded().Output[0].BaseObject;
        Assert.Equal((ClusterTaskState.Finished, 2, 2), (ended.State, ended.Attempts, ended.Epochs));
        Assert.Contains("attempt 2", File.ReadAllText(ended.LogPath));
    }

    [ClusterFact]
    public void A_run_that_saved_nothing_is_not_tried_for_ever()
    {
        Invoke("$null = New-Variant stuck | Submit-SleapTraining -HostPath $hostPath; WaitFor { (Get-SleapJob 101_1).Epochs -gt 0 }").Succeeded();
        slurm.Warn("101_1");
        var task = (ClusterTask)Invoke("WaitFor { (Get-SleapJob 101_1).HasEnded }; Get-SleapJob 101_1").Succeeded().Output[0].BaseObject;

        Assert.Equal(ClusterTaskState.Failed, task.State);
        Assert.Contains("nothing was saved before the time limit", task.Reason);
        Assert.DoesNotContain(slurm.Calls, call => call.StartsWith("requeue", StringComparison.Ordinal));
    }

    [ClusterFact]
    public void Stopped_runs_save_and_stay_out_of_the_queue()
    {
        var result = Invoke("""
            $job = New-Variant slow1 slow2 | Submit-SleapTraining -HostPath $hostPath
            WaitFor { -not ($job | Get-SleapJob -Task | Where-Object Epochs -eq 0) }
            Stop-SleapJob 101 -WhatIf
            (Get-SleapJob 101).State.ToString()
            Stop-SleapJob 101_2 -Confirm:$false
            WaitFor { (Get-SleapJob 101_2).HasEnded }
            (Get-SleapJob 101 -Task).State | ForEach-Object { $_.ToString() }
            $job | Stop-SleapJob -PassThru | ForEach-Object Id
            WaitFor { (Get-SleapJob 101).HasEnded }
            Receive-SleapJob 101
            Stop-SleapJob 101 -Verbose
            """).Succeeded();

        Assert.Equal(["Running", "Running", "Stopped", "101"], result.Output.Select(o => o.BaseObject));
        Assert.Equal(["cancel 101_2", "cancel 101"], slurm.Calls.Where(call => call.StartsWith("cancel", StringComparison.Ordinal)));
        Assert.DoesNotContain(slurm.Calls, call => call.StartsWith("requeue", StringComparison.Ordinal));
        Assert.Equal(2, result.Warnings.Count(text => text.Contains("was cancelled after 1 epochs", StringComparison.Ordinal)));
        Assert.Contains("101 has ended already.", result.Verbose);
        Assert.True(File.Exists(Path.Combine(Directory.GetDirectories(Path.Combine(folder, "jobs"))[0], "runs", "slow1", "last.ckpt")));
    }

    [ClusterFact]
    public void A_sweep_goes_on_without_repeating_what_is_finished()
    {
        Invoke("New-Variant a b | Submit-SleapTraining -JobPath ./first -HostPath $hostPath | Receive-SleapJob -Wait -IntervalSeconds 1").Succeeded();
        const string Again = "New-SleapConfig -Head single_instance -MaxEpochs 2 | Expand-SleapConfig -OutputPath ./first/runs -List @('a', 'b', 'c' | ForEach-Object { @{ trainer_config = @{ run_name = $_; seed = [Array]::IndexOf(@('a', 'b', 'c'), $_) } } }) | Submit-SleapTraining -HostPath $hostPath -JobPath ./second";
        Assert.Equal("TrainingRunExists", Invoke(Again).ErrorId);
        Assert.False(Directory.Exists(Path.Combine(folder, "second")));

        var result = Invoke(Again + " -SkipFinished -Verbose").Succeeded();
        Assert.Equal(["c"], Assert.IsType<ClusterJob>(Assert.Single(result.Output).BaseObject).Tasks.Select(task => task.Name));
        Assert.Contains("a is finished.", result.Verbose);

        Assert.Equal("TrainingRunDiffers", Invoke("New-SleapConfig -Head single_instance -MaxEpochs 3 -RunName a -Values @{ trainer_config = @{ ckpt_dir = './first/runs' } } | Submit-SleapTraining -SkipFinished -HostPath $hostPath").ErrorId);

        var config = Path.Combine(folder, "first", "runs", "a", "initial_config.yaml");
        Assert.Equal("ClusterRefused", Invoke(Again.Replace("second", "third", StringComparison.Ordinal) + " -Force -Partition nowhere").ErrorId);
        Assert.True(File.Exists(config));
        var anew = Invoke(Again.Replace("second", "third", StringComparison.Ordinal) + " -Force | ForEach-Object { $_.Tasks.Count }").Succeeded();
        Assert.Equal(3, anew.Output[0].BaseObject);
    }

    [ClusterFact]
    public void The_folder_tells_what_slurm_has_forgotten()
    {
        Invoke("$null = New-Variant a fails | Submit-SleapTraining -JobPath ./job -HostPath $hostPath | Receive-SleapJob -Wait -IntervalSeconds 1 -ErrorAction SilentlyContinue");
        foreach (var note in Directory.GetFiles(slurm.Folder, "*.pid"))
        {
            File.Delete(note);
        }

        Assert.Equal(["Finished", "Failed"], Invoke("Get-SleapJob -Path ./j*b -Task | ForEach-Object { $_.State.ToString() }").Succeeded().Output.Select(o => o.BaseObject));
        slurm.Touch("down");
        Assert.Equal("ClusterUnreachable", Invoke("Get-SleapJob 101").ErrorId);
        Assert.Equal("ClusterJobNotFound", Invoke("Get-SleapJob 77").ErrorId);
        Assert.Equal("ClusterJobNotFound", Invoke("Get-SleapJob ../x_1").ErrorId);
    }

    [ClusterFact]
    public void Jobs_and_what_the_cluster_has_are_completed()
    {
        Invoke("$null = New-Variant a | Submit-SleapTraining -HostPath $hostPath -Name mine; $null = New-Variant b | Submit-SleapTraining -HostPath $hostPath -JobPath ./b").Succeeded();

        Assert.Equal(["102", "101"], Complete("Get-SleapJob "));
        Assert.Equal(["101"], Complete("Stop-SleapJob 101"));
        Assert.Equal(["debug", "gpu"], Complete("Submit-SleapTraining -Partition "));
        Assert.Equal(["a100:1", "v100:1"], Complete("Submit-SleapTraining -Gpu "));
        Assert.Equal(["102", "101"], Invoke("Get-SleapJob | ForEach-Object Id").Succeeded().Output.Select(o => o.BaseObject));
    }

    [ClusterFact]
    public void Views_show_what_one_wants_to_know()
    {
        var text = string.Concat(Invoke("""
            $job = New-Variant a fails | Submit-SleapTraining -HostPath $hostPath -Name mine
            $null = $job | Receive-SleapJob -Wait -IntervalSeconds 1 -ErrorAction SilentlyContinue
            Get-SleapJob | Out-String -Width 160
            Get-SleapJob 101 -Task | Out-String -Width 160
            Get-SleapJob 101 | Format-List | Out-String
            Get-SleapJob 101_1 | Format-List | Out-String
            """).Output);

        Assert.Matches(@"101 mine +Failed +2 +0 +0 +1 +1 +0\.2", text);
        Assert.Matches(@"101_1 Finished +fake01 +0:00:\d\d +2/2 +0\.3 +0\.2 seed=0", text);
        Assert.Matches(@"101_2 Failed .*seed=1 \(exit code 1\)", text);
        Assert.Matches(@"Runs +: 2: 0 pending, 0 running, 1 finished, 0 stopped, 1 failed", text);
        Assert.Matches(@"Validation loss +: 0\.2", text);
    }

    [ClusterFact]
    public void Modules_are_loaded_and_containers_entered()
    {
        var home = Directory.CreateDirectory(Path.Combine(folder, "home")).FullName;
        File.WriteAllText(Path.Combine(home, ".bash_profile"), "module() { echo \"module $*\"; [ \"$2\" != missing ]; }\n");
        var engine = Path.Combine(slurm.Folder, "apptainer");
        File.WriteAllText(engine, "#!/bin/bash\necho \"in $*\"\nwhile [ \"$1\" != image.sif ] && [ \"${1##*/}\" != image.sif ]; do shift; done\nshift\nexec \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(engine, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        File.WriteAllText(Path.Combine(folder, "image.sif"), "");
        var (path, oldHome) = (Environment.GetEnvironmentVariable("PATH"), Environment.GetEnvironmentVariable("HOME"));
        try
        {
            Environment.SetEnvironmentVariable("PATH", $"{slurm.Folder}:{path}");
            var contained = Invoke("$job = New-Variant a | Submit-SleapTraining -HostPath $hostPath -JobPath ./c -Container ./image.sif -ContainerBind /videos; $null = $job | Receive-SleapJob -Wait -IntervalSeconds 1; [IO.File]::ReadAllText($job.Tasks[0].LogPath)").Succeeded();
            Assert.Contains($"in exec --bind {folder}/c --bind", contained.Output[0].ToString());
            Assert.Contains("training a", contained.Output[0].ToString());

            Environment.SetEnvironmentVariable("HOME", home);
            var loaded = Invoke("$job = New-Variant a b | Submit-SleapTraining -HostPath $hostPath -JobPath ./m -EnvironmentModule cuda/12.4; $null = $job | Receive-SleapJob -Wait -IntervalSeconds 1; [IO.File]::ReadAllText($job.Tasks[0].LogPath)").Succeeded();
            Assert.Contains("module load cuda/12.4", loaded.Output[0].ToString());
            Assert.Contains("The module missing could not be loaded", Invoke("New-Variant a | Submit-SleapTraining -HostPath $hostPath -JobPath ./x -EnvironmentModule missing | Receive-SleapJob -Wait -IntervalSeconds 1").OnlyError.Exception.Message);
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
            Environment.SetEnvironmentVariable("HOME", oldHome);
        }
    }

    [Theory]
    [InlineData("90", 90)]
    [InlineData("4:00:00", 240)]
    [InlineData("'2-12'", 3600)]
    [InlineData("'1-01:30'", 1530)]
    [InlineData("([timespan]'5:00:00')", 300)]
    [InlineData("'1.00:00:00'", 1440)]
    public void Times_are_as_slurm_writes_them(string given, int minutes)
    {
        var result = Invoke($"New-Variant a | Submit-SleapTraining -HostPath $hostPath -JobPath ./t -TimeLimit {given} | Out-Null");
        if (OperatingSystem.IsLinux())
        {
            result.Succeeded();
            Assert.Contains($"#SBATCH --time={minutes / 1440}-{TimeSpan.FromMinutes(minutes):hh\\:mm\\:ss}\n", File.ReadAllText(Path.Combine(folder, "t", "job.sh")));
        }
    }

    [Theory]
    [InlineData("-TimeLimit tomorrow")]
    [InlineData("-TimeLimit 12:00")]
    [InlineData("-TimeLimit 0")]
    [InlineData("-Memory lots")]
    public void What_slurm_would_not_understand_is_refused_at_once(string parameters)
    {
        var result = Invoke($"New-Variant a | Submit-SleapTraining -HostPath $hostPath {parameters}");
        Assert.StartsWith("Parameter", result.ErrorId);
        Assert.Empty(slurm.Calls);
    }

    [ClusterFact]
    public void Two_runs_in_one_folder_are_refused_and_so_is_a_used_job_folder()
    {
        Assert.Equal("ClusterRunTwice", Invoke("New-SleapConfig -RunName a -Head centroid | ForEach-Object { $_; $_ } | Submit-SleapTraining -HostPath $hostPath").ErrorId);
        Assert.Equal("ClusterFolderExists", Invoke("New-Variant a | Submit-SleapTraining -HostPath $hostPath -JobPath .").ErrorId);
        Assert.Equal("ClusterHostNotFound", Invoke("New-Variant a | Submit-SleapTraining -HostPath $folder").ErrorId);
        Assert.Empty(slurm.Calls);
    }

    [Fact]
    public void Without_slurm_it_says_where_to_go()
    {
        var path = Environment.GetEnvironmentVariable("PATH");
        try
        {
            Environment.SetEnvironmentVariable("PATH", folder);
            var result = Invoke("New-Variant a | Submit-SleapTraining -HostPath $hostPath -JobPath ./job");
            Assert.Equal("ClusterProgramNotFound", result.ErrorId);
            Assert.Contains("login node", result.OnlyError.Exception.Message);
            Assert.False(File.Exists(Path.Combine(folder, "job", "job.sh")));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }

    private IEnumerable<string> Complete(string line) => module.Run(
        "(TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText", new { line }).Cast<string>();

    private ModuleResult Invoke(string script) => module.Invoke(
        Variants + """
            function WaitFor([scriptblock] $condition) {
                for ($i = 0; $i -lt 200 -and -not (& $condition); $i++) { [Threading.Thread]::Sleep(100) }
                if ($i -eq 200) { throw "It never came to this: $condition" }
            }

            """ + script,
        new { folder, hostPath = FakeSlurm.HostPath });
}
