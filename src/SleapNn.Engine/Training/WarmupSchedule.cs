using SleapNn.Checkpoints;

namespace SleapNn.Training;

/// <summary>Raises the rate in a line over the first epochs, then lowers it along a cosine or a line.</summary>
internal sealed class WarmupSchedule : LearningRateSchedule
{
    private readonly int warmupEpochs;
    private readonly int maxEpochs;
    private readonly double start;
    private readonly double end;
    private readonly bool isCosine;
    private double peak;

    public WarmupSchedule(double learningRate, int warmupEpochs, int maxEpochs, double start, double end, bool isCosine)
    {
        if (warmupEpochs >= maxEpochs)
        {
            throw new TrainingException(
                "TrainingWarmupTooLong",
                $"The learning rate's warm-up of {warmupEpochs} epochs must be shorter than the schedule of {maxEpochs}. Set lr_scheduler's warmup_epochs lower or trainer_config.max_epochs higher.");
        }

        (peak, this.warmupEpochs, this.maxEpochs, this.start, this.end, this.isCosine) =
            (learningRate, warmupEpochs, maxEpochs, start, end, isCosine);
        LearningRate = RateAt(0);
    }

    public override void EndEpoch(double valLoss)
    {
        Epochs++;
        LearningRate = RateAt(Epochs);
    }

    public override OrderedMap<object, object?> ToState()
    {
        var state = base.ToState();
        state["warmup_epochs"] = (long)warmupEpochs;
        state["max_epochs"] = (long)maxEpochs;
        state["warmup_start_lr"] = start;
        state[isCosine ? "eta_min" : "end_lr"] = end;
        state["base_lrs"] = new List<object?> { peak };
        return state;
    }

    public override void FromState(OrderedMap<object, object?> state)
    {
        base.FromState(state);
        if (state.TryGetValue("base_lrs", out var rates) && rates is List<object?> { Count: > 0 } list && list[0] is double rate)
        {
            peak = rate;
        }
    }

    private double RateAt(long epoch)
    {
        if (epoch < warmupEpochs)
        {
            return start + ((double)epoch / warmupEpochs * (peak - start));
        }

        var progress = Math.Min(1, (double)(epoch - warmupEpochs) / (maxEpochs - warmupEpochs));
        return isCosine
            ? end + ((peak - end) * (1 + Math.Cos(Math.PI * progress)) / 2)
            : peak + (progress * (end - peak));
    }
}
