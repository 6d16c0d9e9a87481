using System.Diagnostics;
using System.Globalization;
using SleapNn.Configuration;
using SleapNn.Training;
using Xunit.Abstractions;

namespace SleapNn.Tests.Training.Survival;

/// <summary>
/// Runs whose process is killed, without a chance to do anything, go on and end as one that was never interrupted.
/// SLEAPNN_KILLS says how often at random moments (the task Survival: 100 times); the tests proper kill at three fixed ones.
/// </summary>
[Trait("Category", "Survival")]
public sealed class SurvivalTests(ITestOutputHelper output) : IDisposable
{
    private const int Epochs = 4;
    private const int KillsPerRun = 3;
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("SLEAPNN_KILLS"), CultureInfo.InvariantCulture, out var given) ? given : 0;
    private readonly TinyDataset data = new(animals: 2);
    private readonly Dictionary<string, int> moments = [];
    private bool isBroken;

    public void Dispose()
    {
        if (!isBroken)
        {
            data.Dispose();
        }
    }

    [Fact]
    public void A_run_killed_at_its_start_within_an_epoch_and_at_its_evaluation_ends_as_if_nothing_had_happened()
    {
        var config = Save("bottomup");
        var (folder, whole) = (RunFolderOf("bottomup"), Reference("bottomup", config, out _));
        Func<bool>[] fixedMoments =
        [
            () => File.Exists(Path.Combine(folder, RunFolder.TrainingConfig)),
            () => File.Exists(Path.Combine(folder, "best.ckpt")),
            () => File.Exists(Path.Combine(folder, "labels_pr.train.0.slp")),
        ];
        foreach (var moment in fixedMoments)
        {
            using var process = TrainingProcess.Start(config, folder);
            SpinWait.SpinUntil(() => moment() || process.HasExited, TimeSpan.FromMinutes(2));
            Assert.True(Kill(process), "the run ended before it was to be killed");
            RunInspection.RequireWhole(folder);
        }

        TrainingProcess.RunToEnd(config, folder);
        RunInspection.RequireWhole(folder);
        RunInspection.RequireSame(whole, folder);
    }

    [Fact]
    public void Runs_killed_at_random_moments_end_as_if_nothing_had_happened()
    {
        string[] kinds = ["bottomup", "centered_instance", "multi_class_topdown", "centroid"];
        var random = new Random(20);
        var clock = Stopwatch.StartNew();
        var (kills, runs, round) = (0, 0, 0);
        var references = new Dictionary<string, (string Config, string Folder, RunTimes Times)>();
        while (kills < Kills)
        {
            var kind = kinds[round++ % kinds.Length];
            if (!references.TryGetValue(kind, out var reference))
            {
                var path = Save(kind);
                references[kind] = reference = (path, Reference(kind, path, out var times), times);
            }

            var folder = RunFolderOf(kind);
            var killsOfRun = 0;
            try
            {
                while (true)
                {
                    using var process = TrainingProcess.Start(reference.Config, folder);
                    if (kills == Kills || killsOfRun == KillsPerRun || process.WaitForExit(Moment(process, folder, reference.Times, random)) || !Kill(process))
                    {
                        TrainingProcess.RequireSuccess(process);
                        break;
                    }

                    (kills, killsOfRun) = (kills + 1, killsOfRun + 1);
                    Count(folder);
                    RunInspection.RequireWhole(folder);
                    Console.WriteLine($"kill {kills} of {Kills}, {clock.Elapsed.TotalSeconds:f0} s");
                }

                RunInspection.RequireWhole(folder);
                RunInspection.RequireSame(reference.Folder, folder);
                runs++;
                Directory.Delete(folder, recursive: true);
            }
            catch
            {
                isBroken = true;
                output.WriteLine($"After {kills} kills the run in '{folder}' is broken; it is kept.");
                throw;
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kills} kills in {clock.Elapsed.TotalSeconds:f0} s; {runs} runs went on and ended bit-identical to runs that were never interrupted."));
        foreach (var (moment, count) in moments.OrderByDescending(m => m.Value))
        {
            output.WriteLine($"  {count,4} {moment}");
        }
    }

    // The folder of a run is part of its state, so the reference is made in it and moved away.
    private string Reference(string kind, string config, out RunTimes times)
    {
        var folder = RunFolderOf(kind);
        using (var process = TrainingProcess.Start(config, folder))
        {
            var start = TimeToBegin(process, folder);
            TrainingProcess.RequireSuccess(process);
            times = new RunTimes(start, (process.ExitTime - process.StartTime) - start);
        }

        RunInspection.RequireWhole(folder);
        var kept = Path.Combine(data.Folder, $"whole.{kind}");
        Directory.Move(folder, kept);
        return kept;
    }

    private string RunFolderOf(string kind) => Path.Combine(data.Folder, $"run.{kind}");

    // One in eight kills comes while the process starts, the others at any time of the run. How long it takes now is told by
    // how long it takes to start, since other work on the machine comes and goes.
    private static TimeSpan Moment(Process process, string folder, RunTimes times, Random random)
    {
        var (isAtStart, part) = (random.Next(8) == 0, random.NextDouble());
        return isAtStart ? times.Start * part : times.Rest * part * (TimeToBegin(process, folder) / times.Start);
    }

    // A run begins with the note of its state.
    private static TimeSpan TimeToBegin(Process process, string folder)
    {
        var (clock, started) = (Stopwatch.StartNew(), process.StartTime.ToUniversalTime());
        var note = Path.Combine(folder, RunStateFile.FileName);
        SpinWait.SpinUntil(() => process.HasExited || (File.Exists(note) && File.GetLastWriteTimeUtc(note) >= started), TimeSpan.FromMinutes(5));
        return clock.Elapsed;
    }

    private static bool Kill(Process process)
    {
        if (process.HasExited)
        {
            return false;
        }

        process.Kill();
        process.WaitForExit();

        // SIGKILL shows as 128 + 9; one that just ended by itself was not killed.
        return process.ExitCode != 0;
    }

    private void Count(string folder)
    {
        var moment = !File.Exists(Path.Combine(folder, RunFolder.TrainingConfig)) ? "before the run's folder was made"
            : !File.Exists(Path.Combine(folder, TrainingLog.FileName)) ? "before the end of the first epoch"
            : Directory.GetFiles(folder, "labels_pr.*").Length > 0 ? "during the evaluation at the end"
            : TrainingLog.Read(folder).Count < Epochs ? "between the first and the last epoch"
            : "between the last epoch and the evaluation";
        if (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any(AtomicFile.IsUnfinished))
        {
            moment += ", while a file was written";
        }

        moments[moment] = moments.GetValueOrDefault(moment) + 1;
    }

    // Everything that has a state of its own is on.
    private string Save(string kind)
    {
        var config = data.Config(epochs: Epochs, steps: 4);
        SleapNn.Tests.Training.Keys.KeyedHeads.WithHead(config, kind);
        config.DataConfig.DataPipelineFw = kind == "bottomup" ? "torch_dataset_cache_img_memory" : kind == "centroid" ? "torch_dataset" : "torch_dataset_cache_img_disk";
        config.DataConfig.UseAugmentationsTrain = true;
        config.DataConfig.AugmentationConfig = new AugmentationConfig
        {
            Intensity = new IntensityConfig { ContrastP = 0.5, GaussianNoiseP = 0.3, GaussianNoiseStd = 0.02 },
            Geometric = new GeometricConfig { AffineP = 1, MixupP = 0.3 },
        };
        var trainer = config.TrainerConfig;
        trainer.TrainDataLoader.NumWorkers = 2;
        (trainer.ModelCkpt.SaveTopK, trainer.Optimizer.Amsgrad) = (2, true);
        (trainer.VisualizePredsDuringTraining, trainer.KeepViz) = (true, kind == "bottomup");
        trainer.Eval = new EvalConfig { Enabled = true, Frequency = 2 };
        trainer.OnlineHardKeypointMining = new HardKeypointMiningConfig { OnlineMining = true };
        trainer.EarlyStopping = new EarlyStoppingConfig { StopTrainingOnPlateau = true, Patience = 3 };
        trainer.LrScheduler = new LrSchedulerConfig { ReduceLrOnPlateau = new ReduceLrOnPlateauConfig { Patience = 0, Threshold = 0.5, Factor = 0.7 } };
        var path = Path.Combine(data.Folder, $"{kind}.yaml");
        ConfigFile.Save(config, path);
        return path;
    }

    private sealed record RunTimes(TimeSpan Start, TimeSpan Rest);
}
