using SleapNn.Checkpoints;

namespace SleapNn.Training;

/// <summary>The losses of one step.</summary>
/// <param name="Total">The loss that is minimized.</param>
/// <param name="Named">The losses of heads and parts by name.</param>
internal sealed record StepLosses(double Total, IReadOnlyDictionary<string, double> Named);

/// <summary>Means of losses over the samples of an epoch.</summary>
internal sealed class LossMeter
{
    private readonly Dictionary<string, double> sums = [];
    private double total;

    /// <summary>How many samples were counted.</summary>
    public long Count { get; private set; }

    public double Mean => Count > 0 ? total / Count : double.NaN;

    public void Add(StepLosses losses, int samples)
    {
        Count += samples;
        total += losses.Total * samples;
        foreach (var (name, value) in losses.Named)
        {
            sums[name] = sums.GetValueOrDefault(name) + (value * samples);
        }
    }

    public double MeanOf(string name) => Count > 0 ? sums.GetValueOrDefault(name, double.NaN) / Count : double.NaN;

    /// <summary>The losses of a batch from those of its parts, each weighing by its samples.</summary>
    public static StepLosses Joined(IReadOnlyList<StepLosses> losses, IReadOnlyList<(int Start, int Count)> parts)
    {
        if (losses.Count == 1)
        {
            return losses[0];
        }

        var meter = new LossMeter();
        for (var i = 0; i < losses.Count; i++)
        {
            meter.Add(losses[i], parts[i].Count);
        }

        return new StepLosses(meter.Mean, losses[0].Named.Keys.ToDictionary(name => name, meter.MeanOf));
    }

    public OrderedMap<object, object?> ToState()
    {
        var state = new OrderedMap<object, object?> { ["count"] = Count, ["total"] = total };
        foreach (var (name, value) in sums)
        {
            state["sum " + name] = value;
        }

        return state;
    }

    public static LossMeter FromState(object? tree)
    {
        var meter = new LossMeter();
        if (tree is not OrderedMap<object, object?> state)
        {
            return meter;
        }

        foreach (var (key, value) in state)
        {
            switch (key, value)
            {
                case ("count", long count): meter.Count = count; break;
                case ("total", double sum): meter.total = sum; break;
                case (string name, double sum): meter.sums[name["sum ".Length..]] = sum; break;
            }
        }

        return meter;
    }
}
