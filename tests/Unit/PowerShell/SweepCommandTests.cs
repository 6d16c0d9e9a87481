using SleapNn.Configuration;

namespace SleapNn.Tests.Module;

/// <summary>The cmdlets of sweeps in a runspace, as a user types them.</summary>
public sealed class SweepCommandTests : IClassFixture<ModuleFixture>, IDisposable
{
    private readonly ModuleFixture module;
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-sweep-").FullName;

    public SweepCommandTests(ModuleFixture module)
    {
        this.module = module;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_grid_keeps_the_order_of_an_ordered_table_and_writes_below_a_folder()
    {
        var configs = module.Run("""
            New-SleapConfig | Expand-SleapConfig ([ordered]@{ 'trainer_config.optimizer.lr' = 1e-3, 1e-4; 'trainer_config.seed' = 1..2 }) -OutputPath $folder
            """, new { folder }).Cast<SleapConfig>().ToList();

        Assert.Equal(["lr=0.001_seed=1", "lr=0.001_seed=2", "lr=0.0001_seed=1", "lr=0.0001_seed=2"], configs.Select(c => c.TrainerConfig.RunName));
        Assert.All(configs, c => Assert.Equal((folder, true), (c.TrainerConfig.CkptDir, c.TrainerConfig.SaveCkpt)));
    }

    [Fact]
    public void Lists_draws_and_chains_of_both_work()
    {
        var configs = module.Run("""
            New-SleapConfig -RunName base |
                Expand-SleapConfig -List @{ 'trainer_config.seed' = 1 }, @{ trainer_config = @{ seed = 2; max_epochs = 3 } } |
                Expand-SleapConfig -Random @{ 'trainer_config.optimizer.lr' = 'loguniform(1e-4, 1e-3)' } -Count 3 -Seed 1
            """).Cast<SleapConfig>().ToList();

        Assert.Equal(6, configs.Count);
        Assert.StartsWith("base_seed=1_lr=0.000", configs[0].TrainerConfig.RunName);
        Assert.All(configs.Skip(3), c => Assert.Equal((2, 3), (c.TrainerConfig.Seed, c.TrainerConfig.MaxEpochs)));
    }

    [Fact]
    public void Too_few_different_draws_are_told()
    {
        var result = module.Invoke("New-SleapConfig | Expand-SleapConfig -Random @{ 'trainer_config.seed' = 1, 2 } -Count 5").Succeeded();

        Assert.Equal(2, result.Output.Count);
        Assert.Contains("Only 2 different variants", Assert.Single(result.Warnings));
    }

    [Fact]
    public void A_wrong_value_makes_nothing_and_says_what_is_allowed()
    {
        var result = module.Invoke("New-SleapConfig | Expand-SleapConfig @{ 'trainer_config.optimizer_name' = 'Adam', 'SGD' }");

        Assert.Empty(result.Output);
        Assert.Equal("ConfigValueNotAllowed", result.ErrorId);
        Assert.Contains("Adam, AdamW", result.OnlyError.Exception.Message);
    }

    [Fact]
    public void What_differs_from_the_defaults_is_marked_and_the_text_stays_yaml()
    {
        var lines = module.Run("$c = New-SleapConfig -Head centroid -MaxEpochs 7; $c.trainer_config.optimizer.lr = 0.5; $c | Show-SleapConfig").Cast<string>().ToList();

        Assert.Contains("    lr: 0.5  # default: 0.001", lines);
        Assert.Contains(lines, line => line.TrimStart().StartsWith("max_epochs: 7  # default: 10", StringComparison.Ordinal));
        Assert.Contains("    amsgrad: false", lines);
        Assert.DoesNotContain(lines, line => line.Contains('\e', StringComparison.Ordinal));
        Assert.Empty(module.Run("""
            $c = New-SleapConfig -Head centroid -MaxEpochs 7
            $c.data_config.train_labels_path = 'a.slp', 'b.slp'
            Compare-SleapConfig $c ($c | Show-SleapConfig | Out-String | Import-SleapConfig)
            """));
        Assert.All(module.Run("New-SleapConfig -MaxEpochs 7 | Show-SleapConfig -Changed").Cast<string>().Where(line => !line.EndsWith(':')), line => Assert.Contains("# default: ", line));
    }

    [Fact]
    public void Colours_follow_PSStyle()
    {
        var coloured = module.Run("$PSStyle.OutputRendering = 'Ansi'; try { New-SleapConfig -MaxEpochs 7 | Show-SleapConfig } finally { $PSStyle.OutputRendering = 'Host' }").Cast<string>().ToList();

        Assert.Contains(coloured, line => line.Contains("\e[1;93mmax_epochs\e[0m: \e[1;93m7\e[0m  \e[90m# default: 10\e[0m", StringComparison.Ordinal));
        Assert.Contains(coloured, line => line.Contains("\e[36mamsgrad\e[0m:", StringComparison.Ordinal));
        Assert.DoesNotContain(
            module.Run("$PSStyle.OutputRendering = 'Ansi'; try { New-SleapConfig | Show-SleapConfig -Plain } finally { $PSStyle.OutputRendering = 'Host' }").Cast<string>(),
            line => line.Contains('\e', StringComparison.Ordinal));
    }

    [Fact]
    public void An_edited_text_becomes_a_new_configuration()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var config = module.RunSingle<SleapConfig>("""
            $c = New-SleapConfig -MaxEpochs 7
            $c.trainer_config.wandb.api_key = 'secret'
            $c | Edit-SleapConfig -Editor 'sed -i "s/max_epochs: 7/max_epochs: 9/"'
            if ($c.trainer_config.max_epochs -ne 7) { throw 'changed' }
            """);

        Assert.Equal(9, config.TrainerConfig.MaxEpochs);
        Assert.Equal("secret", config.TrainerConfig.Wandb.RevealApiKey());
    }

    [Fact]
    public void A_text_with_a_mistake_is_kept_and_a_file_is_left_as_it_was()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var path = Path.Combine(folder, "c.yaml");
        module.Run("New-SleapConfig -MaxEpochs 7 | Export-SleapConfig $path; Add-Content $path '# mine'", new { path });
        var before = File.ReadAllText(path);
        var result = module.Invoke("Edit-SleapConfig $path -Editor \"sed -i 's/max_epochs: 7/max_epochs: many/'\"", new { path });

        Assert.Equal("ConfigValueNotAllowed", result.ErrorId);
        var draft = Assert.IsType<string>(result.OnlyError.TargetObject);
        Assert.Contains(draft, result.OnlyError.Exception.Message);
        Assert.Contains("max_epochs: many", File.ReadAllText(draft));
        Assert.Equal(before, File.ReadAllText(path));
        Directory.Delete(Path.GetDirectoryName(draft)!, recursive: true);

        Assert.Equal(8, module.RunSingle<SleapConfig>("Edit-SleapConfig $path -Editor \"sed -i 's/max_epochs: 7/max_epochs: 8/'\"", new { path }).TrainerConfig.MaxEpochs);
        Assert.EndsWith("# mine", File.ReadAllText(path).TrimEnd());
        Assert.Contains("max_epochs: 8", File.ReadAllText(path));
    }

    [Fact]
    public void An_editor_that_is_missing_or_fails_is_told_and_WhatIf_starts_none()
    {
        Assert.Equal("EditorNotFound", module.Invoke("New-SleapConfig | Edit-SleapConfig -Editor /nowhere/editor").ErrorId);
        Assert.Empty(module.Invoke("New-SleapConfig | Edit-SleapConfig -Editor /nowhere/editor -WhatIf").Succeeded().Output);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal("EditorFailed", module.Invoke("New-SleapConfig | Edit-SleapConfig -Editor false").ErrorId);
        }
    }

    [Theory]
    [InlineData("'model_config.backbone_config.convnext' @{ model_type = 'tiny' }", "$c.model_config.backbone_config.unet, $c.model_config.backbone_config.swint")]
    [InlineData("'model_config.head_configs.bottomup.pafs.sigma' 10", "$c.model_config.head_configs.centroid, $c.model_config.head_configs.single_instance")]
    public void Choosing_a_head_or_a_backbone_clears_the_others(string choice, string others) =>
        Assert.Equal([true, true], module.Run($"$c = New-SleapConfig -Head centroid; $null = $c | Set-SleapConfig {choice}; {others} | ForEach-Object {{ $null -eq $_ }}"));

    [Fact]
    public void Runs_are_listed_with_what_differs_and_drawn()
    {
        Train();
        var runs = module.Invoke("Get-SleapRun $folder | Sort-Object lr | Select-Object Name, State, lr, Epochs, BestLoss, Label", new { folder }).Succeeded().Output;

        Assert.Equal(["lr=0.001", "lr=0.01"], runs.Select(run => run.Properties["Name"].Value));
        Assert.Equal([0.001, 0.01], runs.Select(run => run.Properties["lr"].Value));
        Assert.All(runs, run => Assert.Equal(SleapRunState.Finished, run.Properties["State"].Value));
        Assert.All(runs, run => Assert.Equal(2, run.Properties["Epochs"].Value));
        Assert.All(runs, run => Assert.Equal(run.Properties["Name"].Value, run.Properties["Label"].Value));
        Assert.Contains("2/2", string.Concat(module.Run("Get-SleapRun $folder | Out-String", new { folder })));
        Assert.Matches(@"MedianDistancePx\s+:", module.RunSingle<string>("& { New-SleapConfig; Get-SleapRun $folder } | Out-String", new { folder }));

        var picture = Path.Combine(folder, "curves.png");
        module.Run("Get-SleapRun $folder | Compare-SleapRun -OutputPath $picture", new { folder, picture });
        Assert.True(new FileInfo(picture).Length > 5000);
        Assert.Equal("RunPictureExists", module.Invoke("Compare-SleapRun $folder $picture", new { folder, picture }).ErrorId);
        Assert.Equal("RunNotFound", module.Invoke("Get-SleapRun $folder/nothing-here -ErrorAction Continue; New-Item -ItemType Directory $folder/empty | Get-SleapRun", new { folder }).Errors[^1].FullyQualifiedErrorId.Split(',')[0]);
    }

    private void Train() => module.Run(Script("$config | Expand-SleapConfig @{ 'trainer_config.optimizer.lr' = 1e-2, 1e-3 } -OutputPath $folder | Start-SleapTraining -Device cpu"), new { folder });

    [Fact]
    public void A_failed_run_is_named_and_the_others_go_on()
    {
        var result = module.Invoke(Script("""
            $variants = $config | Expand-SleapConfig @{ 'trainer_config.seed' = 1, 2, 3 } -OutputPath $folder/runs
            $variants[1].data_config.train_labels_path = 'nowhere.slp'
            $variants | Start-SleapTraining -Device cpu
            """), new { folder });

        Assert.Equal(["seed=1", "seed=3"], result.Output.Select(run => Assert.IsType<TrainingRun>(run.BaseObject).Name));
        Assert.StartsWith("seed=2: ", result.OnlyError.Exception.Message);
    }

    [Fact]
    public void A_sweep_goes_on_without_repeating_what_is_finished()
    {
        var sweep = Script("$config | Expand-SleapConfig @{ 'trainer_config.seed' = 1, 2, 3 } -OutputPath $folder/runs | Start-SleapTraining -Device cpu -SkipFinished -Verbose");
        var first = module.Invoke(Script("($config | Expand-SleapConfig @{ 'trainer_config.seed' = 1, 2, 3 } -OutputPath $folder/runs)[0] | Start-SleapTraining -Device cpu"), new { folder }).Succeeded();
        Assert.Single(first.Output);
        var checkpoint = Path.Combine(folder, "runs", "seed=1", "best.ckpt");
        var written = File.GetLastWriteTimeUtc(checkpoint);

        // As a kill in the second epoch leaves a run.
        module.Run(Script("($config | Expand-SleapConfig @{ 'trainer_config.seed' = 1, 2, 3 } -OutputPath $folder/runs)[1] | Start-SleapTraining -Device cpu -MaxEpochs 1"), new { folder });
        var second = Path.Combine(folder, "runs", "seed=2");
        var initial = Path.Combine(second, "initial_config.yaml");
        File.WriteAllText(initial, File.ReadAllText(initial).Replace("max_epochs: 1\n", "max_epochs: 2\n", StringComparison.Ordinal));
        var statePath = Path.Combine(second, "run_state.json");
        File.WriteAllText(statePath, File.ReadAllText(statePath).Replace("finished", "running", StringComparison.Ordinal).Replace($"\"process_id\": {Environment.ProcessId}", "\"process_id\": 999999999", StringComparison.Ordinal));
        Assert.Equal(SleapRunState.Stopped, module.RunSingle<SleapRun>("Get-SleapRun $folder/runs/seed=2", new { folder }).State);

        var result = module.Invoke(sweep, new { folder }).Succeeded();
        Assert.Equal(["seed=1", "seed=2", "seed=3"], result.Output.Select(run => Assert.IsType<TrainingRun>(run.BaseObject).Name));
        Assert.Equivalent(Shown(first.Output[0].BaseObject), Shown(result.Output[0].BaseObject));
        Assert.Contains(result.Verbose, text => text.StartsWith("seed=1 is finished", StringComparison.Ordinal));
        Assert.Contains("seed=2 goes on after 1 epochs.", result.Verbose);
        Assert.Equal(written, File.GetLastWriteTimeUtc(checkpoint));
        Assert.Equal(3, Directory.GetDirectories(Path.Combine(folder, "runs")).Length);
        Assert.Equal([2, 2, 2], module.Run("Get-SleapRun $folder/runs | ForEach-Object Epochs", new { folder }).Cast<int>());
        Assert.Equal(3, module.Invoke(sweep, new { folder }).Succeeded().Output.Count);

        var other = module.Invoke(Script("$config.trainer_config.optimizer.lr = 0.5; $config.trainer_config.run_name = 'seed=1'; $config.trainer_config.ckpt_dir = \"$folder/runs\"; $config | Start-SleapTraining -SkipFinished"), new { folder });
        Assert.Equal("TrainingRunDiffers", other.ErrorId);
        Assert.Equal("TrainingRunUnnamed", module.Invoke(Script("$config | Start-SleapTraining -SkipFinished"), new { folder }).ErrorId);
    }

    private static object Shown(object output)
    {
        var run = Assert.IsType<TrainingRun>(output);
        return new { run.Path, run.ModelType, run.End, run.Epochs, run.BestEpoch, run.BestLoss, run.Checkpoint, run.TrainSamples, run.ValSamples };
    }

    [Fact]
    public void Poor_runs_are_ended_early_and_can_be_resumed()
    {
        // Learning nothing, too little, and something: the order is clear after an epoch.
        var sweep = Script("""
            $config.trainer_config.max_epochs = 3
            $config | Expand-SleapConfig @{ 'trainer_config.optimizer.lr' = 1e-12, 1e-2, 1e-11 } -OutputPath $folder/runs |
                Start-SleapTraining -Device cpu -Prune -SkipFinished -PruneAfter 1 -Verbose
            """);
        var result = module.Invoke(sweep, new { folder }).Succeeded();

        Assert.Equal([("lr=1E-12", TrainingEnd.Pruned, 1), ("lr=1E-11", TrainingEnd.Pruned, 1), ("lr=0.01", TrainingEnd.MaxEpochs, 3)], Runs(result));
        Assert.Contains("3 runs are compared after epoch 1; one of 3 goes on each time, the last for 3.", result.Verbose);
        Assert.Equal(["lr=1E-12"], module.Run("Get-SleapRun $folder/runs -State Pruned | Sort-Object lr | Select-Object -First 1 | ForEach-Object Name", new { folder }));
        Assert.Contains("Pruned", string.Concat(module.Run("Get-SleapRun $folder/runs | Out-String", new { folder })));

        // Nothing is trained again, and all are output.
        var written = File.GetLastWriteTimeUtc(Path.Combine(folder, "runs", "lr=0.01", "last.ckpt"));
        Assert.Equal(Runs(result), Runs(module.Invoke(sweep, new { folder }).Succeeded()));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(folder, "runs", "lr=0.01", "last.ckpt")));

        var resumed = module.RunSingle<TrainingRun>("Resume-SleapTraining -LiteralPath $folder/runs/lr=1E-11 -Device cpu", new { folder });
        Assert.Equal((TrainingEnd.MaxEpochs, 3), (resumed.End, resumed.Epochs));
        Assert.Equal(SleapRunState.Finished, module.RunSingle<SleapRun>("Get-SleapRun $folder/runs/lr=1E-11", new { folder }).State);
        Assert.Equal(TrainingEnd.MaxEpochs, Runs(module.Invoke(sweep, new { folder }).Succeeded())[1].End);

        static List<(string, TrainingEnd End, int)> Runs(ModuleResult result) => [.. result.Output.Select(o => Assert.IsType<TrainingRun>(o.BaseObject)).Select(run => (run.Name, run.End, run.Epochs))];
    }

    [Fact]
    public void A_sweep_stopped_while_it_prunes_goes_on_where_it_was()
    {
        const string Sweep = """
            $config.trainer_config.max_epochs = 4
            $configs = $config | Expand-SleapConfig @{ 'trainer_config.optimizer.lr' = 1e-2, 1e-12, 1e-11, 1e-10 } -OutputPath $folder/$name
            """;
        module.Run(Script(Sweep + "\n$configs | Start-SleapTraining -Device cpu -Prune -SkipFinished -PruneFactor 2 -ThrottleLimit 2"), new { folder, name = "whole" });

        // What Ctrl-C after the first run's part leaves.
        module.Run(Script(Sweep + "\n$configs[0] | Start-SleapTraining -Device cpu -MaxEpochs 1"), new { folder, name = "part" });
        var first = Path.Combine(folder, "part", "lr=0.01");
        Replace("initial_config.yaml", "max_epochs: 1\n", "max_epochs: 4\n");
        Replace("training_config.yaml", "max_epochs: 1\n", "max_epochs: 4\n");
        Replace("run_state.json", "finished", "stopped");
        var result = module.Invoke(Script(Sweep + "\n$configs | Start-SleapTraining -Device cpu -Prune -SkipFinished -PruneFactor 2 -ThrottleLimit 2"), new { folder, name = "part" }).Succeeded();

        Assert.Equal(4, result.Output.Count);
        const string Summary = "Get-SleapRun $folder/$name | Sort-Object Name | ForEach-Object { '{0} {1} {2}' -f $_.Name, $_.State, $_.Epochs }";
        var whole = module.Run(Summary, new { folder, name = "whole" });
        Assert.Equal(whole, module.Run(Summary, new { folder, name = "part" }));
        Assert.Contains("lr=0.01 Finished 4", whole);
        Assert.Equal(3, whole.Count(line => line!.ToString()!.Contains("Pruned", StringComparison.Ordinal)));

        void Replace(string file, string old, string with)
        {
            var path = Path.Combine(first, file);
            var text = File.ReadAllText(path);
            Assert.Contains(old, text);
            File.WriteAllText(path, text.Replace(old, with, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("$config | Start-SleapTraining -PruneAfter 2", "TrainingPruneMissing")]
    [InlineData("$config.trainer_config.save_ckpt = $false; $config | Start-SleapTraining -Prune", "TrainingPruneWithoutCheckpoints")]
    public void What_pruning_cannot_do_is_said(string command, string errorId) =>
        Assert.Equal(errorId, module.Invoke(Script(command), new { folder }).ErrorId);

    [Fact]
    public void A_run_that_fails_while_others_are_compared_is_reported_once()
    {
        var result = module.Invoke(Script("""
            $configs = $config | Expand-SleapConfig @{ 'trainer_config.seed' = 1, 2, 3 } -OutputPath $folder/runs
            $configs[2].data_config.train_labels_path = 'nowhere.slp'
            $configs | Start-SleapTraining -Device cpu -Prune -PruneAfter 1 -PruneFactor 2
            """), new { folder });

        Assert.StartsWith("seed=3: ", result.OnlyError.Exception.Message);
        Assert.Equal([TrainingEnd.Pruned, TrainingEnd.MaxEpochs], result.Output.Select(run => Assert.IsType<TrainingRun>(run.BaseObject).End));
    }

    [Fact]
    public void Runs_side_by_side_end_as_they_do_one_by_one()
    {
        const string Losses = "Get-SleapRun $folder/$name | Sort-Object Name | ForEach-Object BestLoss";
        const string Variants = "$config | Expand-SleapConfig @{ 'trainer_config.seed' = 1, 2, 3, 4 } -OutputPath $folder/$name | Start-SleapTraining -Device cpu";
        module.Run(Script(Variants), new { folder, name = "alone" });
        var result = module.Invoke(Script(Variants + " -ThrottleLimit 3"), new { folder, name = "together" }).Succeeded();

        Assert.Equal(4, result.Output.Count);
        Assert.Contains(result.Progress, record => record.Activity.Contains(" of 4)", StringComparison.Ordinal));
        var alone = module.Run(Losses, new { folder, name = "alone" }).Cast<double>();
        var together = module.Run(Losses, new { folder, name = "together" }).Cast<double>();
        Assert.All(alone.Zip(together), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void Training_in_a_job_can_be_watched_received_and_stopped()
    {
        var result = module.Invoke(Script("""
            $job = $config | Expand-SleapConfig @{ 'trainer_config.seed' = 1, 2 } -OutputPath $folder/runs | Start-SleapTraining -Device cpu -AsJob
            if (-not (Get-Job -Id $job.Id)) { throw 'not listed' }
            $null = Wait-Job $job -Timeout 120
            $job.State
            $job.Progress.Count -gt 0
            Receive-Job $job
            Remove-Job $job
            """), new { folder }).Succeeded();
        Assert.Equal("Completed", result.Output[0].ToString());
        Assert.Equal(true, result.Output[1].BaseObject);
        Assert.Equal(["seed=1", "seed=2"], result.Output.Skip(2).Select(run => Assert.IsType<TrainingRun>(run.BaseObject).Name));

        var stopped = module.Run(Script("""
            $config.trainer_config.max_epochs = 10000
            $config.trainer_config.ckpt_dir = $folder
            $config.trainer_config.run_name = 'long'
            $job = $config | Start-SleapTraining -Device cpu -AsJob
            for ($i = 0; $i -lt 600 -and -not [IO.File]::Exists("$folder/long/last.ckpt"); $i++) { [Threading.Thread]::Sleep(100) }
            Stop-Job $job
            $job.State.ToString()
            [Threading.Thread]::Sleep(500)
            (Get-SleapRun $folder/long).State.ToString()
            Remove-Job $job
            """), new { folder });
        Assert.Equal(["Stopped", "Stopped"], stopped);
    }

    [Fact]
    public void A_job_tells_errors_and_WhatIf_starts_none()
    {
        Assert.Empty(module.Invoke(Script("$config | Start-SleapTraining -AsJob -WhatIf; Get-Job"), new { folder }).Succeeded().Output);
        var result = module.Invoke("$job = Invoke-SleapPrediction $folder/nothing.mp4 -Model $folder -AsJob; $null = Wait-Job $job -Timeout 60; Receive-Job $job; Remove-Job $job", new { folder });
        Assert.Equal("PathNotFound", result.ErrorId);
    }

    private static string Script(string then) => """
        $demo = if ([IO.File]::Exists("$folder/data/train.pkg.slp")) { @{ TrainPath = "$folder/data/train.pkg.slp" } } else { New-SleapDemoDataset (Join-Path $folder data) -Frames 6 }
        $config = New-SleapConfig $demo.TrainPath -Head single_instance -Backbone unet -MaxEpochs 2 -Scale 0.25 -Values @{
            'model_config.backbone_config.unet' = @{ filters = 4; max_stride = 8; output_stride = 4 }
            'model_config.head_configs.single_instance.confmaps.output_stride' = 4
            'trainer_config.min_train_steps_per_epoch' = 1
            'trainer_config.train_steps_per_epoch' = 2
        }

        """ + then;
}
