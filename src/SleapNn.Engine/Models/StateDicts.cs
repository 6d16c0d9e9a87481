using SleapNn.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>Moves weights between modules and state dicts.</summary>
internal static class StateDicts
{
    /// <summary>Parameters and buffers of a module by their names, in PyTorch's order.</summary>
    public static OrderedMap<string, Tensor> Of(nn.Module module)
    {
        var state = new OrderedMap<string, Tensor>();
        Collect(module, string.Empty, state);
        return state;
    }

    /// <summary>Copies weights into tensors of the same names and shapes; none are copied unless all fit.</summary>
    /// <param name="targets">What is to be set.</param>
    /// <param name="weights">The new values.</param>
    /// <param name="source">Where they are from, for messages.</param>
    /// <param name="advice">What to do where they do not fit.</param>
    public static void Load(
        OrderedMap<string, Tensor> targets,
        OrderedMap<string, Tensor> weights,
        string source,
        string advice = "Use the training_config.yaml that the weights were trained with.")
    {
        var missing = targets.Keys.Where(name => !weights.ContainsKey(name)).ToList();
        var unknown = weights.Keys.Where(name => !targets.ContainsKey(name)).ToList();
        var misfits = targets
            .Where(entry => weights.TryGetValue(entry.Key, out var weight) && !weight.shape.SequenceEqual(entry.Value.shape))
            .Select(entry => $"{entry.Key} (model: {Describe(entry.Value)}, file: {Describe(weights[entry.Key])})")
            .ToList();
        if (missing.Count + unknown.Count + misfits.Count > 0)
        {
            throw new ModelException(
                "ModelWeightsMismatch",
                $"The weights of '{source}' are not those of the configured model."
                    + ListOf("Missing", missing) + ListOf("Not in the model", unknown) + ListOf("Of another shape", misfits)
                    + $" {advice}",
                source);
        }

        Copy(targets, weights);
    }

    /// <summary>Copies those weights that are asked for.</summary>
    internal static void Copy(OrderedMap<string, Tensor> targets, OrderedMap<string, Tensor> weights)
    {
        using var off = no_grad();
        foreach (var (name, target) in targets)
        {
            target.copy_(weights[name]);
        }
    }

    internal static string Describe(Tensor tensor) => string.Join(" x ", tensor.shape);

    internal static string ListOf(string title, List<string> names) => names.Count == 0
        ? string.Empty
        : $" {title}: {string.Join(", ", names.Take(10))}{(names.Count > 10 ? $" and {names.Count - 10} more" : string.Empty)}.";

    private static void Collect(nn.Module module, string prefix, OrderedMap<string, Tensor> state)
    {
        foreach (var (name, parameter) in module.named_parameters(recurse: false))
        {
            state[prefix + name] = parameter;
        }

        foreach (var (name, buffer) in module.named_buffers(recurse: false))
        {
            state[prefix + name] = buffer;
        }

        foreach (var (name, child) in module.named_children())
        {
            Collect(child, $"{prefix}{name}.", state);
        }
    }
}
