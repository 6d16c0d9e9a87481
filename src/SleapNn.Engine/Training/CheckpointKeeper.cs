using SleapNn.Checkpoints;
using TorchSharp;

namespace SleapNn.Training;

/// <summary>
/// Keeps the best checkpoints of a run. <c>best.ckpt</c> is always the best one; further ones are
/// <c>best-v1.ckpt</c>, <c>best-v2.ckpt</c> and so on.
/// </summary>
/// <param name="folder">The run's folder.</param>
/// <param name="count">How many to keep: 0 for none, -1 for all.</param>
public sealed class CheckpointKeeper(string folder, int count)
{
    /// <summary>The name under which Lightning keeps its state.</summary>
    public const string StateKey =
        "ModelCheckpoint{'monitor': 'val/loss', 'mode': 'min', 'every_n_train_steps': 0, 'every_n_epochs': 1, 'train_time_interval': None}";

    private readonly List<(double Loss, string Path)> kept = [];

    /// <summary>The best checkpoint's path.</summary>
    public string BestPath { get; } = Path.Combine(folder, "best.ckpt");

    /// <summary>The best loss; infinity before the first epoch.</summary>
    public double BestLoss { get; private set; } = double.PositiveInfinity;

    /// <summary>The epoch of the best loss; -1 before the first.</summary>
    public int BestEpoch { get; private set; } = -1;

    /// <summary>Ends an epoch: writes a checkpoint where its loss is good enough to be kept.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="loss">Its validation loss.</param>
    /// <param name="write">Writes the checkpoint to a path.</param>
    public void EndEpoch(int epoch, double loss, Action<string> write)
    {
        var isBest = loss < BestLoss;
        if (isBest)
        {
            (BestLoss, BestEpoch) = (loss, epoch);
        }

        var isFull = count >= 0 && kept.Count >= count;
        if (count == 0 || (isFull && loss >= kept.Max(k => k.Loss)))
        {
            return;
        }

        string? freed = null;
        if (isFull)
        {
            var worst = kept.MaxBy(k => k.Loss);
            kept.Remove(worst);
            freed = worst.Path;
        }

        if (!isBest)
        {
            Add(loss, freed ?? NextVersion(), write);
            return;
        }

        // The former best gets another name by being copied, so that there is a best.ckpt at every moment.
        var former = kept.FindIndex(k => k.Path == BestPath);
        if (former >= 0)
        {
            var moved = freed ?? NextVersion();
            AtomicFile.Write(moved, stream =>
            {
                using var source = File.OpenRead(BestPath);
                source.CopyTo(stream);
            });
            kept[former] = (kept[former].Loss, moved);
        }

        Add(loss, BestPath, write);
        if (freed is not null && freed != BestPath && kept.All(k => k.Path != freed))
        {
            File.Delete(freed);
        }
    }

    /// <summary>The state as Lightning keeps it.</summary>
    /// <returns>The data tree.</returns>
    public OrderedMap<object, object?> ToState()
    {
        var models = new OrderedMap<object, object?>();
        foreach (var (loss, path) in kept)
        {
            models[path] = torch.tensor(loss);
        }

        var worst = kept.Count > 0 ? kept.MaxBy(k => k.Loss) : default;
        return new OrderedMap<object, object?>
        {
            ["monitor"] = "val/loss",
            ["best_model_score"] = double.IsFinite(BestLoss) ? torch.tensor(BestLoss) : null,
            ["best_model_path"] = kept.Count > 0 ? BestPath : "",
            ["current_score"] = null,
            ["dirpath"] = folder,
            ["best_k_models"] = models,
            ["kth_best_model_path"] = worst.Path ?? "",
            ["kth_value"] = torch.tensor(worst.Path is null ? double.PositiveInfinity : worst.Loss),
            ["last_model_path"] = "",
            ["best_epoch"] = (long)BestEpoch,
        };
    }

    /// <summary>Takes over a state; files that are in another folder or gone are not counted.</summary>
    /// <param name="state">The data tree.</param>
    public void FromState(OrderedMap<object, object?> state)
    {
        using var scope = torch.NewDisposeScope();
        if (state.TryGetValue("best_model_score", out var score) && score is torch.Tensor best)
        {
            BestLoss = best.to_type(torch.ScalarType.Float64).item<double>();
            BestEpoch = state.TryGetValue("best_epoch", out var epoch) && epoch is long number ? (int)number : -1;
        }

        if (state.TryGetValue("best_k_models", out var models) && models is OrderedMap<object, object?> map)
        {
            foreach (var (key, value) in map)
            {
                var path = key is string name ? Path.Combine(folder, Path.GetFileName(name)) : "";
                if (File.Exists(path) && value is torch.Tensor loss)
                {
                    kept.Add((loss.to_type(torch.ScalarType.Float64).item<double>(), path));
                }
            }
        }

        if (kept.All(k => k.Path != BestPath))
        {
            // The best one stayed in the folder of the run that this one continues.
            BestLoss = double.PositiveInfinity;
        }
    }

    private void Add(double loss, string path, Action<string> write)
    {
        write(path);
        kept.Add((loss, path));
    }

    private string NextVersion()
    {
        for (var version = 1; ; version++)
        {
            var path = Path.Combine(folder, $"best-v{version}.ckpt");
            if (kept.All(k => k.Path != path) && !File.Exists(path))
            {
                return path;
            }
        }
    }
}
