using SleapNn.Checkpoints;
using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Training;

/// <summary>
/// Adam and AdamW as PyTorch computes them, with its defaults (betas 0.9 and 0.999, eps 1e-8; AdamW decays weights by
/// 0.01). TorchSharp's own cannot hand out its state, which checkpoints need.
/// </summary>
public sealed class AdamOptimizer : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly Moments[] moments;
    private readonly bool amsgrad;
    private readonly bool decoupled;
    private readonly double weightDecay;

    /// <summary>Creates an optimizer.</summary>
    /// <param name="parameters">What to optimize, in the order of the checkpoint.</param>
    /// <param name="name">Adam or AdamW.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="amsgrad">Divide by the largest second moment so far.</param>
    public AdamOptimizer(IEnumerable<Tensor> parameters, string name, double learningRate, bool amsgrad)
    {
        decoupled = name == "AdamW";
        weightDecay = decoupled ? 0.01 : 0;
        LearningRate = learningRate;
        this.amsgrad = amsgrad;
        using var outside = NewDisposeScope();
        moments = [.. parameters.Where(p => p.requires_grad).Select(p => new Moments(p, amsgrad))];
    }

    /// <summary>The learning rate of the next step.</summary>
    public double LearningRate { get; set; }

    /// <summary>How many steps were taken.</summary>
    public long Steps { get; private set; }

    /// <summary>Forgets the gradients.</summary>
    public void ZeroGrad()
    {
        foreach (var moment in moments)
        {
            moment.Parameter.grad?.zero_();
        }
    }

    /// <summary>Changes the parameters by one step along their gradients.</summary>
    public void Step()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Steps++;
        var correction1 = 1 - Math.Pow(Beta1, Steps);
        var correction2 = Math.Sqrt(1 - Math.Pow(Beta2, Steps));
        using var keep = In32Bits(1 - (LearningRate * weightDecay)).ToScalar();
        var towards1 = tensor(1 - Beta1);
        using var keep2 = Beta2.ToScalar();
        using var towards2 = (1 - Beta2).ToScalar();
        using var spreadCorrection = correction2.ToScalar();
        using var least = Epsilon.ToScalar();
        using var rate = In32Bits(-LearningRate / correction1).ToScalar();
        foreach (var moment in moments)
        {
            if (moment.Parameter.grad is not { } gradient)
            {
                continue;
            }

            if (decoupled)
            {
                moment.Parameter.mul_(keep);
            }

            moment.First.lerp_(gradient, towards1);
            moment.Second.mul_(keep2).addcmul_(gradient, gradient, towards2);
            if (moment.Largest is not null)
            {
                moment.Largest.copy_(maximum(moment.Largest, moment.Second));
            }

            var spread = (moment.Largest ?? moment.Second).sqrt().div_(spreadCorrection).add_(least, Numbers.One);
            moment.Parameter.addcdiv_(moment.First, spread, rate);
        }
    }

    /// <summary>The state in the form of PyTorch's <c>state_dict</c>; the tensors are the live ones.</summary>
    /// <returns>The data tree.</returns>
    public OrderedMap<object, object?> ToState()
    {
        var state = new OrderedMap<object, object?>();
        for (var i = 0; i < moments.Length && Steps > 0; i++)
        {
            var entry = new OrderedMap<object, object?>
            {
                ["step"] = tensor((float)Steps),
                ["exp_avg"] = moments[i].First,
                ["exp_avg_sq"] = moments[i].Second,
            };
            if (moments[i].Largest is { } largest)
            {
                entry["max_exp_avg_sq"] = largest;
            }

            state[(long)i] = entry;
        }

        var group = new OrderedMap<object, object?>
        {
            ["lr"] = LearningRate,
            ["betas"] = new object?[] { Beta1, Beta2 },
            ["eps"] = Epsilon,
            ["weight_decay"] = weightDecay,
            ["amsgrad"] = amsgrad,
            ["maximize"] = false,
            ["foreach"] = null,
            ["capturable"] = false,
            ["differentiable"] = false,
            ["fused"] = null,
            ["decoupled_weight_decay"] = decoupled,
            ["params"] = Enumerable.Range(0, moments.Length).Select(i => (object?)(long)i).ToList(),
        };
        return new OrderedMap<object, object?>
        {
            ["state"] = state,
            ["param_groups"] = new List<object?> { group },
        };
    }

    /// <summary>Takes over a state that <see cref="ToState"/> or PyTorch wrote.</summary>
    /// <param name="tree">The data tree.</param>
    /// <param name="source">The checkpoint, for messages.</param>
    /// <exception cref="TrainingException">The state belongs to another model (TrainingStateMismatch).</exception>
    public void FromState(object? tree, string source)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var top = tree as OrderedMap<object, object?> ?? throw Mismatch(source);
        var state = Get(top, "state") as OrderedMap<object, object?> ?? throw Mismatch(source);
        if (state.Count != 0 && state.Count != moments.Length)
        {
            throw Mismatch(source);
        }

        for (var i = 0; i < state.Count; i++)
        {
            var entry = Get(state, (long)i) as OrderedMap<object, object?> ?? throw Mismatch(source);
            Steps = Get(entry, "step") switch
            {
                Tensor step => (long)step.to_type(ScalarType.Float64).item<double>(),
                long step => step,
                _ => throw Mismatch(source),
            };
            Copy(moments[i].First, Get(entry, "exp_avg"), source);
            Copy(moments[i].Second, Get(entry, "exp_avg_sq"), source);
            if (moments[i].Largest is { } largest)
            {
                Copy(largest, Get(entry, "max_exp_avg_sq"), source);
            }
        }

        if (Get(top, "param_groups") is List<object?> { Count: > 0 } groups
            && groups[0] is OrderedMap<object, object?> group && Get(group, "lr") is double rate)
        {
            LearningRate = rate;
        }
    }

    /// <summary>Disposes of the moments.</summary>
    public void Dispose()
    {
        foreach (var moment in moments)
        {
            moment.First.Dispose();
            moment.Second.Dispose();
            moment.Largest?.Dispose();
        }
    }

    // Torch refuses a factor that its 32 bits do not hold. The largest one spoils the weights as surely, and the loss tells that.
    private static double In32Bits(double factor) => Math.Clamp(factor, float.MinValue, float.MaxValue);

    private static object? Get(OrderedMap<object, object?> map, object key) => map.TryGetValue(key, out var value) ? value : null;

    private static void Copy(Tensor target, object? value, string source)
    {
        if (value is not Tensor read || !read.shape.SequenceEqual(target.shape))
        {
            throw Mismatch(source);
        }

        target.copy_(read);
    }

    private static TrainingException Mismatch(string source) => new(
        "TrainingStateMismatch",
        $"The optimizer's state in '{source}' does not fit this model, so training cannot go on from it. Use the checkpoint of a run with the same configuration.",
        source);

    private sealed class Moments
    {
        public Moments(Tensor parameter, bool amsgrad)
        {
            Parameter = parameter;
            First = zeros_like(parameter).detach().DetachFromDisposeScope();
            Second = zeros_like(parameter).detach().DetachFromDisposeScope();
            Largest = amsgrad ? zeros_like(parameter).detach().DetachFromDisposeScope() : null;
        }

        public Tensor Parameter { get; }

        public Tensor First { get; }

        public Tensor Second { get; }

        public Tensor? Largest { get; }
    }
}
