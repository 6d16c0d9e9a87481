using SleapNn.Checkpoints;
using SleapNn.Configuration;
using TorchSharp;

namespace SleapNn.Training;

/// <summary>Says when the validation loss has not improved for long enough, as Lightning's callback of this name.</summary>
/// <param name="config">The options.</param>
public sealed class EarlyStopping(EarlyStoppingConfig config)
{
    /// <summary>The name under which Lightning keeps its state.</summary>
    public const string StateKey = "EarlyStopping{'monitor': 'val/loss', 'mode': 'min'}";

    private double best = double.PositiveInfinity;
    private long waited;

    /// <summary>Whether training should end.</summary>
    public bool IsOver => config.StopTrainingOnPlateau && waited >= config.Patience && waited > 0;

    /// <summary>Takes note of an epoch.</summary>
    /// <param name="valLoss">Its validation loss.</param>
    /// <returns>Whether training should end.</returns>
    public bool EndEpoch(double valLoss)
    {
        if (config.StopTrainingOnPlateau)
        {
            (best, waited) = valLoss + config.MinDelta < best ? (valLoss, 0) : (best, waited + 1);
        }

        return IsOver;
    }

    /// <summary>The state as Lightning keeps it.</summary>
    /// <returns>The data tree.</returns>
    public OrderedMap<object, object?> ToState() => new()
    {
        ["wait_count"] = waited,
        ["stopped_epoch"] = 0L,
        ["best_score"] = torch.tensor(best),
        ["patience"] = (long)config.Patience,
    };

    /// <summary>Takes over a state.</summary>
    /// <param name="state">The data tree.</param>
    public void FromState(OrderedMap<object, object?> state)
    {
        using var scope = torch.NewDisposeScope();
        waited = state.TryGetValue("wait_count", out var count) && count is long number ? number : waited;
        if (state.TryGetValue("best_score", out var score) && score is torch.Tensor value)
        {
            best = value.to_type(torch.ScalarType.Float64).item<double>();
        }
    }
}
