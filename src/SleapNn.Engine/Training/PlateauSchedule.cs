using SleapNn.Checkpoints;
using SleapNn.Configuration;

namespace SleapNn.Training;

/// <summary>Reduces the rate when the validation loss has stopped falling, as PyTorch's ReduceLROnPlateau.</summary>
internal sealed class PlateauSchedule : LearningRateSchedule
{
    private const double Epsilon = 1e-8;

    private readonly ReduceLrOnPlateauConfig config;
    private double best = double.PositiveInfinity;
    private long badEpochs;
    private long cooldown;

    public PlateauSchedule(double learningRate, ReduceLrOnPlateauConfig config)
    {
        this.config = config;
        LearningRate = learningRate;
    }

    public override void EndEpoch(double valLoss)
    {
        Epochs++;
        var limit = config.ThresholdMode == "rel" ? best * (1 - config.Threshold) : best - config.Threshold;
        if (valLoss < limit)
        {
            (best, badEpochs) = (valLoss, 0);
        }
        else
        {
            badEpochs++;
        }

        if (cooldown > 0)
        {
            cooldown--;
            badEpochs = 0;
        }

        if (badEpochs > config.Patience)
        {
            var reduced = Math.Max(LearningRate * config.Factor, config.MinLr);
            if (LearningRate - reduced > Epsilon)
            {
                LearningRate = reduced;
            }

            (cooldown, badEpochs) = (config.Cooldown, 0);
        }
    }

    public override OrderedMap<object, object?> ToState()
    {
        var state = base.ToState();
        state["factor"] = config.Factor;
        state["min_lrs"] = new List<object?> { config.MinLr };
        state["patience"] = (long)config.Patience;
        state["cooldown"] = (long)config.Cooldown;
        state["cooldown_counter"] = cooldown;
        state["mode"] = "min";
        state["threshold"] = config.Threshold;
        state["threshold_mode"] = config.ThresholdMode;
        state["best"] = best;
        state["num_bad_epochs"] = badEpochs;
        state["mode_worse"] = double.PositiveInfinity;
        state["eps"] = Epsilon;
        return state;
    }

    public override void FromState(OrderedMap<object, object?> state)
    {
        base.FromState(state);
        best = Number(state, "best") ?? best;
        badEpochs = (long)(Number(state, "num_bad_epochs") ?? badEpochs);
        cooldown = (long)(Number(state, "cooldown_counter") ?? cooldown);
    }
}
