using SleapNn.Checkpoints;
using SleapNn.Configuration;

namespace SleapNn.Training;

/// <summary>Multiplies the rate by gamma every so many epochs, as PyTorch's StepLR.</summary>
internal sealed class StepSchedule : LearningRateSchedule
{
    private readonly StepLrConfig config;
    private readonly double initial;

    public StepSchedule(double learningRate, StepLrConfig config)
    {
        this.config = config;
        initial = learningRate;
        LearningRate = learningRate;
    }

    public override void EndEpoch(double valLoss)
    {
        Epochs++;
        if (Epochs % config.StepSize == 0)
        {
            LearningRate *= config.Gamma;
        }
    }

    public override OrderedMap<object, object?> ToState()
    {
        var state = base.ToState();
        state["step_size"] = (long)config.StepSize;
        state["gamma"] = config.Gamma;
        state["base_lrs"] = new List<object?> { initial };
        return state;
    }
}
