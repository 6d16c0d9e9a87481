using SleapNn.Models;
using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace SleapNn.Training;

/// <summary>
/// Copies of a model on several devices that train as one, as PyTorch's DistributedDataParallel does between processes: each
/// takes a part of the batch, their gradients are summed into those of the first, whose weights an optimizer changes and the
/// others take over. With one device it is the model itself and nothing is copied.
/// </summary>
/// <remarks>
/// Parts of a batch run at the same time where the devices are distinct. Copies on the processor take turns: torch spreads the
/// work of one over all cores already, and in turns the memory of one part at a time is enough.
/// </remarks>
internal sealed class ModelReplicas : IDisposable
{
    private readonly Parameter[][] parameters;

    /// <summary>Makes the copies.</summary>
    /// <param name="first">The model, on the first device; it stays the caller's.</param>
    /// <param name="devices">The devices, one for each copy.</param>
    /// <param name="create">Makes a model of the same kind on the CPU, with any weights.</param>
    /// <param name="sideBySide">Whether parts of a batch run at the same time; null decides by the devices.</param>
    public ModelReplicas(PoseModel first, IReadOnlyList<Device> devices, Func<PoseModel> create, bool? sideBySide = null)
    {
        Devices = devices;
        SideBySide = sideBySide ?? devices.Select(device => device.ToString()).Distinct().Count() == devices.Count;
        Models = [first, .. devices.Skip(1).Select(device => (PoseModel)create().to(device))];
        parameters = [.. Models.Select(model => model.parameters().ToArray())];
        CopyWeights();
    }

    /// <summary>The copies; the first is the one that is kept.</summary>
    public IReadOnlyList<PoseModel> Models { get; }

    /// <summary>Where they are.</summary>
    public IReadOnlyList<Device> Devices { get; }

    /// <summary>Whether parts of a batch run at the same time, in threads of their own.</summary>
    public bool SideBySide { get; }

    /// <summary>Whether some work is one part of several, done beside them on another thread.</summary>
    public bool IsBeside(int replica) => SideBySide && replica > 0;

    /// <summary>Sets all copies to training or evaluation.</summary>
    public void Train(bool on)
    {
        foreach (var model in Models)
        {
            model.train(on);
        }
    }

    /// <summary>How a batch is shared out: as evenly as it goes, the first parts being the larger ones; no part is empty.</summary>
    /// <param name="samples">The samples of the batch.</param>
    /// <param name="replicas">How many copies there are.</param>
    /// <returns>Where each part starts, and how many samples it has.</returns>
    public static IReadOnlyList<(int Start, int Count)> Share(int samples, int replicas)
    {
        var parts = new List<(int Start, int Count)>();
        for (var (i, start) = (0, 0); i < replicas && start < samples; i++)
        {
            var count = (samples / replicas) + (i < samples % replicas ? 1 : 0);
            parts.Add((start, count));
            start += count;
        }

        return parts;
    }

    /// <summary>
    /// How a part is taken on the CPU: large images in pieces one after the other, whose gradients add up. It is faster than all at
    /// once, and takes the memory of one piece.
    /// </summary>
    /// <param name="samples">The samples of the part.</param>
    /// <param name="pixels">Pixels of one image; 0 for one piece.</param>
    /// <returns>Where each piece starts in the part, and how many samples it has.</returns>
    public static IReadOnlyList<(int Start, int Count)> Pieces(int samples, long pixels)
    {
        var atOnce = pixels == 0 ? samples : Math.Max(1, MemoryLayout.CpuPixelsAtOnce / pixels);
        return Share(samples, (int)((samples + atOnce - 1) / atOnce));
    }

    /// <summary>Does the work of each part, that of the first on this thread.</summary>
    /// <param name="parts">How many there are.</param>
    /// <param name="work">Does the work of a part. Dispose scopes and gradient modes are those of its thread.</param>
    /// <returns>The results in order.</returns>
    public IReadOnlyList<T> Run<T>(int parts, Func<int, T> work)
    {
        if (!SideBySide || parts == 1)
        {
            return [.. Enumerable.Range(0, parts).Select(work)];
        }

        var others = Enumerable.Range(1, parts - 1)
            .Select(i => Task.Factory.StartNew(() => work(i), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        try
        {
            return [work(0), .. others.Select(task => task.GetAwaiter().GetResult())];
        }
        finally
        {
            // Nobody may still use the batch when it is disposed of.
            Task.WhenAll(others).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Wait();
        }
    }

    /// <summary>Forgets the gradients of the other copies; those of the first are the optimizer's.</summary>
    public void ZeroGradients()
    {
        using var scope = NewDisposeScope();
        foreach (var parameter in parameters.Skip(1).SelectMany(own => own))
        {
            parameter.grad?.zero_();
        }
    }

    /// <summary>Adds the gradients of the other copies to those of the first.</summary>
    public void SumGradients()
    {
        using var noGrad = no_grad();
        foreach (var own in parameters.Skip(1))
        {
            using var scope = NewDisposeScope();
            for (var i = 0; i < own.Length; i++)
            {
                if (own[i].grad is { } gradient && parameters[0][i].grad is { } sum)
                {
                    sum.Accumulate(gradient.to(sum.device));
                }
            }
        }
    }

    /// <summary>Gives the others the weights of the first.</summary>
    public void CopyWeights()
    {
        using var noGrad = no_grad();
        foreach (var own in parameters.Skip(1))
        {
            using var scope = NewDisposeScope();
            for (var i = 0; i < own.Length; i++)
            {
                own[i].copy_(parameters[0][i]);
            }
        }
    }

    /// <summary>Disposes of the copies, but not of the first.</summary>
    public void Dispose()
    {
        foreach (var model in Models.Skip(1))
        {
            model.Dispose();
        }
    }
}
