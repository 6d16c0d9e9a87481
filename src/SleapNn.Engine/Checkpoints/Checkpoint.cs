using TorchSharp;

namespace SleapNn.Checkpoints;

/// <summary>
/// The content of a checkpoint as PyTorch Lightning lays it out: weights, where training stood, and the states of
/// optimizers, schedules and callbacks. It owns its tensors; disposing it disposes them.
/// </summary>
/// <remarks>
/// Data trees hold null, <see cref="bool"/>, <see cref="long"/>, <see cref="double"/>, <see cref="string"/>,
/// <see cref="System.Numerics.BigInteger"/> (beyond 64 bits), <see cref="torch.Tensor"/>, <c>List&lt;object?&gt;</c> (a list),
/// <c>object?[]</c> (a tuple), <c>OrderedMap&lt;object, object?&gt;</c> (a dict) and, only in what was read,
/// <see cref="OpaqueValue"/>. <see cref="int"/> and <see cref="float"/> may be written too.
/// </remarks>
public sealed class Checkpoint : IDisposable
{
    /// <summary>The prefix of a model's parameters in a Lightning checkpoint.</summary>
    public const string ModelPrefix = "model.";

    /// <summary>
    /// The weights by their full names, such as <c>model.head_layers.0.CentroidConfmapsHead.0.weight</c>, in the order of
    /// the file. On the CPU.
    /// </summary>
    public OrderedMap<string, torch.Tensor> StateDict { get; init; } = new();

    /// <summary>The zero-based epoch that the checkpoint was written in.</summary>
    public long Epoch { get; set; }

    /// <summary>How many optimizer steps had been taken.</summary>
    public long GlobalStep { get; set; }

    /// <summary>The version of Lightning whose layout the checkpoint has.</summary>
    public string LightningVersion { get; set; } = "2.5.1.post0";

    /// <summary>One data tree for each optimizer: <c>state</c> by parameter index, and <c>param_groups</c>.</summary>
    public List<object?> OptimizerStates { get; init; } = [];

    /// <summary>One data tree for each learning rate schedule.</summary>
    public List<object?> LrSchedulers { get; init; } = [];

    /// <summary>The states of the callbacks by name, such as early stopping.</summary>
    public OrderedMap<object, object?> Callbacks { get; init; } = new();

    /// <summary>
    /// Lightning's counters of batches and epochs. Left empty, a written checkpoint gets those that belong to
    /// <see cref="Epoch"/> and <see cref="GlobalStep"/>.
    /// </summary>
    public OrderedMap<object, object?> Loops { get; init; } = new();

    /// <summary>Further entries of the file by name; objects that are not plain data are left out.</summary>
    public OrderedMap<string, object?> Extra { get; init; } = new();

    /// <summary>The weights whose names start with a prefix, under their names without it.</summary>
    /// <param name="prefix">The prefix, such as <c>model.</c></param>
    /// <returns>The same tensors, still owned by this checkpoint.</returns>
    public OrderedMap<string, torch.Tensor> WeightsUnder(string prefix)
    {
        var weights = new OrderedMap<string, torch.Tensor>();
        foreach (var (name, tensor) in StateDict)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                weights[name[prefix.Length..]] = tensor;
            }
        }

        return weights;
    }

    /// <summary>Disposes all tensors, those of the data trees included.</summary>
    public void Dispose()
    {
        foreach (var tensor in StateDict.Values)
        {
            tensor.Dispose();
        }

        object?[] trees = [OptimizerStates, LrSchedulers, Callbacks, Loops, .. Extra.Values];
        foreach (var tree in trees)
        {
            DataTree.Replace(tree, value =>
            {
                (value as torch.Tensor)?.Dispose();
                return value;
            });
        }
    }
}
