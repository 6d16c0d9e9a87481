using SleapNn.Checkpoints;
using SleapNn.Configuration;

namespace SleapNn.Training;

/// <summary>How the learning rate goes from epoch to epoch.</summary>
public abstract class LearningRateSchedule
{
    /// <summary>The rate of the current epoch.</summary>
    public double LearningRate { get; protected set; }

    /// <summary>How many epochs are done.</summary>
    protected long Epochs { get; set; }

    /// <summary>
    /// The schedule of a configuration. Of several that are set the first of cosine annealing, linear decay, steps and
    /// plateau counts, as in sleap-nn.
    /// </summary>
    /// <param name="config">The schedules; null keeps the rate constant.</param>
    /// <param name="learningRate">The rate to start from.</param>
    /// <param name="maxEpochs">How many epochs the run has at most.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="TrainingException">A warm-up lasts as long as the run (TrainingWarmupTooLong).</exception>
    public static LearningRateSchedule Create(LrSchedulerConfig? config, double learningRate, int maxEpochs) => config switch
    {
        { CosineAnnealingWarmup: { } cosine } => new WarmupSchedule(
            learningRate, cosine.WarmupEpochs, cosine.MaxEpochs ?? maxEpochs, cosine.WarmupStartLr, cosine.EtaMin, isCosine: true),
        { LinearWarmupLinearDecay: { } linear } => new WarmupSchedule(
            learningRate, linear.WarmupEpochs, linear.MaxEpochs ?? maxEpochs, linear.WarmupStartLr, linear.EndLr, isCosine: false),
        { StepLr: { } step } => new StepSchedule(learningRate, step),
        { ReduceLrOnPlateau: { } plateau } => new PlateauSchedule(learningRate, plateau),
        _ => new ConstantSchedule(learningRate),
    };

    /// <summary>Ends an epoch.</summary>
    /// <param name="valLoss">Its validation loss.</param>
    public abstract void EndEpoch(double valLoss);

    /// <summary>The state in the form of PyTorch's <c>state_dict</c>; empty where there is no schedule.</summary>
    /// <returns>The data tree.</returns>
    public virtual OrderedMap<object, object?> ToState() => new()
    {
        ["last_epoch"] = Epochs,
        ["_step_count"] = Epochs + 1,
        ["_last_lr"] = new List<object?> { LearningRate },
    };

    /// <summary>Takes over a state that <see cref="ToState"/> or PyTorch wrote.</summary>
    /// <param name="state">The data tree.</param>
    public virtual void FromState(OrderedMap<object, object?> state)
    {
        Epochs = Number(state, "last_epoch") is { } epochs ? (long)epochs : Epochs;
        if (state.TryGetValue("_last_lr", out var rates) && rates is List<object?> { Count: > 0 } list && list[0] is double rate)
        {
            LearningRate = rate;
        }
    }

    /// <summary>Goes on from a rate, where a run that had no schedule gave none of its state.</summary>
    /// <param name="learningRate">The rate that it had.</param>
    /// <param name="epochs">How many epochs it has done.</param>
    internal void GoOn(double learningRate, long epochs) => (LearningRate, Epochs) = (learningRate, epochs);

    private protected static double? Number(OrderedMap<object, object?> state, string key) =>
        state.TryGetValue(key, out var value) ? value switch { double d => d, long l => l, _ => null } : null;

    private sealed class ConstantSchedule : LearningRateSchedule
    {
        public ConstantSchedule(double learningRate) => LearningRate = learningRate;

        public override void EndEpoch(double valLoss) => Epochs++;

        public override OrderedMap<object, object?> ToState() => new();
    }
}
