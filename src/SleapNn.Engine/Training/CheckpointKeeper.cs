using SleapNn.Checkpoints;
using TorchSharp;

namespace SleapNn.Training;

/// <summary>
/// Keeps the best checkpoints of a run. <c>best.ckpt</c> is always the best one; further ones are
/// <c>best-v1.ckpt</c>, <c>best-v2.ckpt</c> and so on. What is to be in which file is decided first and can be saved with
/// <see cref="ToState"/>; then the files are brought into line, and after a crash <see cref="FromState"/> does that again.
/// </summary>
/// <param name="folder">The run's folder.</param>
/// <param name="count">How many to keep: 0 for none, -1 for all.</param>
/// <param name="monitor">The quantity that is compared, for the name of the state.</param>
/// <param name="isLargestBest">Whether the largest score is the best, rather than the smallest.</param>
public sealed class CheckpointKeeper(string folder, int count, string monitor = "val/loss", bool isLargestBest = false)
{
    private readonly List<Kept> kept = [];
    private Kept? added;
    private string? freed;
    private string? movedTo;

    /// <summary>The name under which Lightning keeps its state.</summary>
    public string StateKey =>
        $"ModelCheckpoint{{'monitor': '{monitor}', 'mode': '{(isLargestBest ? "max" : "min")}', 'every_n_train_steps': 0, 'every_n_epochs': 1, 'train_time_interval': None}}";

    /// <summary>The best checkpoint's path.</summary>
    public string BestPath { get; } = Path.Combine(folder, "best.ckpt");

    /// <summary>The best score; NaN before the first epoch.</summary>
    public double BestScore { get; private set; } = double.NaN;

    /// <summary>The epoch of the best score; -1 before the first.</summary>
    public int BestEpoch { get; private set; } = -1;

    /// <summary>Decides which checkpoints are kept after an epoch. No file is touched.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="score">Its score; NaN where there is none, which is never kept.</param>
    public void Decide(int epoch, double score)
    {
        (added, freed, movedTo) = (null, null, null);
        if (double.IsNaN(score))
        {
            return;
        }

        var isBest = double.IsNaN(BestScore) || IsBetter(score, BestScore);
        if (isBest)
        {
            (BestScore, BestEpoch) = (score, epoch);
        }

        var isFull = count >= 0 && kept.Count >= count;
        if (count == 0 || (isFull && !IsBetter(score, Worst().Score)))
        {
            return;
        }

        if (isFull)
        {
            var worst = Worst();
            kept.Remove(worst);
            freed = worst.Path;
        }

        if (!isBest)
        {
            added = new Kept(epoch, score, freed ?? NextVersion());
        }
        else
        {
            // The former best moves to another name.
            var former = kept.FindIndex(k => k.Path == BestPath);
            if (former >= 0)
            {
                movedTo = freed ?? NextVersion();
                kept[former] = kept[former] with { Path = movedTo };
            }

            added = new Kept(epoch, score, BestPath);
        }

        kept.Add(added);
    }

    /// <summary>Brings the files into line with what was decided.</summary>
    /// <param name="write">Writes the present state as a checkpoint to a path.</param>
    public void Apply(Action<string> write)
    {
        if (added is null)
        {
            return;
        }

        // The former best is copied, so that there is a best.ckpt at every moment.
        if (movedTo is not null && File.Exists(BestPath))
        {
            Copy(BestPath, movedTo);
        }

        write(added.Path);
        if (freed is not null && kept.TrueForAll(k => k.Path != freed))
        {
            FileRemoval.Try(freed);
        }
    }

    /// <summary>The state as Lightning keeps it.</summary>
    /// <returns>The data tree.</returns>
    public OrderedMap<object, object?> ToState()
    {
        var (models, epochs) = (new OrderedMap<object, object?>(), new OrderedMap<object, object?>());
        foreach (var one in kept)
        {
            models[one.Path] = torch.tensor(one.Score);
            epochs[one.Path] = (long)one.Epoch;
        }

        var worst = kept.Count > 0 ? Worst() : null;
        return new OrderedMap<object, object?>
        {
            ["monitor"] = monitor,
            ["best_model_score"] = double.IsNaN(BestScore) ? null : torch.tensor(BestScore),
            ["best_model_path"] = kept.Count > 0 ? BestPath : "",
            ["current_score"] = null,
            ["dirpath"] = folder,
            ["best_k_models"] = models,
            ["kth_best_model_path"] = worst?.Path ?? "",
            ["kth_value"] = torch.tensor(worst?.Score ?? (isLargestBest ? double.NegativeInfinity : double.PositiveInfinity)),
            ["last_model_path"] = "",
            ["best_epoch"] = (long)BestEpoch,
            ["epochs"] = epochs,
        };
    }

    /// <summary>
    /// Takes over a state and brings the folder's files into line with it: a checkpoint that is not where the state has it is
    /// copied from where its epoch is found, be it the checkpoint that is resumed or one beside it.
    /// </summary>
    /// <param name="state">The data tree.</param>
    /// <param name="resumed">The checkpoint that is resumed.</param>
    public void FromState(OrderedMap<object, object?> state, string resumed)
    {
        using var scope = torch.NewDisposeScope();
        var found = Found(resumed);
        if (state.TryGetValue("best_k_models", out var models) && models is OrderedMap<object, object?> map
            && state.TryGetValue("epochs", out var epochs) && epochs is OrderedMap<object, object?> byPath)
        {
            foreach (var (key, value) in map)
            {
                if (key is string name && value is torch.Tensor score && byPath.TryGetValue(key, out var at) && at is long epoch
                    && found.Any(f => f.Epoch == epoch))
                {
                    kept.Add(new Kept((int)epoch, Number(score), Path.Combine(folder, Path.GetFileName(name))));
                }
            }
        }

        // Without its checkpoint a best score would keep all later ones from becoming best.ckpt.
        var hasBest = kept.Exists(k => k.Path == BestPath);
        if ((hasBest || count == 0) && state.TryGetValue("best_model_score", out var bestScore) && bestScore is torch.Tensor best)
        {
            BestScore = Number(best);
            BestEpoch = state.TryGetValue("best_epoch", out var epoch) && epoch is long number ? (int)number : -1;
        }

        // best.ckpt comes last, since what it holds may have to be copied first.
        foreach (var one in kept.OrderBy(k => k.Path == BestPath))
        {
            if (found.TrueForAll(f => f != (one.Epoch, one.Path)))
            {
                Copy(found.First(f => f.Epoch == one.Epoch).Path, one.Path);
            }
        }

        // A version that no one keeps is left from a step that was not finished; its epoch is kept elsewhere or comes again.
        foreach (var stray in Directory.GetFiles(folder, "best-v*.ckpt").Where(path => kept.TrueForAll(k => k.Path != path)))
        {
            FileRemoval.Try(stray);
        }
    }

    private List<(long Epoch, string Path)> Found(string resumed)
    {
        var beside = Path.GetDirectoryName(Path.GetFullPath(resumed))!;
        var paths = new[] { folder, beside }.Distinct().Where(Directory.Exists).SelectMany(f => Directory.GetFiles(f, "best*.ckpt")).Append(Path.GetFullPath(resumed)).Distinct();
        var found = new List<(long Epoch, string Path)>();
        foreach (var path in paths)
        {
            using var checkpoint = RunFolder.ReadCheckpoint(path);

            // A run that is stopped within an epoch writes a last.ckpt that is not the end of that epoch.
            if (path != Path.GetFullPath(resumed) || TrainingSession.IsEndOfEpoch(checkpoint))
            {
                found.Add((checkpoint.Epoch, path));
            }
        }

        return found;
    }

    private Kept Worst() => kept.Aggregate((worst, k) => IsBetter(k.Score, worst.Score) ? worst : k);

    private bool IsBetter(double score, double other) => isLargestBest ? score > other : score < other;

    private static double Number(torch.Tensor value) => value.to_type(torch.ScalarType.Float64).item<double>();

    private static void Copy(string from, string to) => AtomicFile.Write(to, stream =>
    {
        using var source = SharedFile.OpenRead(from);
        source.CopyTo(stream);
    }, CheckpointFile.Patience);

    private string NextVersion()
    {
        for (var version = 1; ; version++)
        {
            var path = Path.Combine(folder, $"best-v{version}.ckpt");
            if (kept.TrueForAll(k => k.Path != path))
            {
                return path;
            }
        }
    }

    private sealed record Kept(int Epoch, double Score, string Path);
}
