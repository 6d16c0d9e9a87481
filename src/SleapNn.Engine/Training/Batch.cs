using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Training;

/// <summary>Samples put together. It owns its tensors.</summary>
/// <param name="Images">8-bit, (batch, channels, height, width).</param>
/// <param name="Points">(batch, instances, points, 2), 32-bit float, in pixels of the images; NaN where missing or padding.</param>
/// <param name="Classes">(batch, instances), 64-bit integers; -1 where there is none or padding.</param>
/// <param name="Names">The frames in words, for messages.</param>
public sealed record Batch(Tensor Images, Tensor Points, Tensor Classes, IReadOnlyList<string> Names) : IDisposable
{
    /// <summary>For each sample, whether a person marked its frame as one without animals.</summary>
    public IReadOnlyList<bool> IsNegative { get; init; } = [];

    /// <summary>How many samples it has.</summary>
    public int Count => (int)Images.shape[0];

    /// <summary>The height of the images in pixels.</summary>
    public int HeightPx => (int)Images.shape[2];

    /// <summary>The width of the images in pixels.</summary>
    public int WidthPx => (int)Images.shape[3];

    /// <summary>Makes samples and puts them together; the tensors belong to no dispose scope.</summary>
    /// <param name="source">Where samples come from.</param>
    /// <param name="indices">Which of them.</param>
    /// <param name="pass">How often the data were gone through before.</param>
    /// <returns>The batch, on the CPU.</returns>
    public static Batch Make(SampleSource source, IReadOnlyList<int> indices, long pass)
    {
        using var scope = NewDisposeScope();
        var samples = indices.Select(index => source.Get(index, pass)).ToList();
        var instances = samples.Max(s => s.InstanceCount);
        var width = 2 * source.PointsPerInstance;
        var points = new float[samples.Count * instances * width];
        var classes = new long[samples.Count * instances];
        Array.Fill(points, float.NaN);
        Array.Fill(classes, -1);
        for (var i = 0; i < samples.Count; i++)
        {
            samples[i].Points.CopyTo(points, i * instances * width);
            samples[i].Classes.CopyTo(classes, i * instances);
        }

        return new Batch(
            cat(samples.ConvertAll(s => s.Image), 0).DetachFromDisposeScope(),
            tensor(points, [samples.Count, instances, source.PointsPerInstance, 2]).DetachFromDisposeScope(),
            tensor(classes, [samples.Count, instances]).DetachFromDisposeScope(),
            samples.ConvertAll(s => s.Name))
        {
            IsNegative = samples.ConvertAll(s => s.IsNegative),
        };
    }

    /// <summary>Some of its samples.</summary>
    /// <param name="start">The first.</param>
    /// <param name="count">How many.</param>
    /// <returns>A batch of them, whose tensors look into those of this one; they belong to the current dispose scope.</returns>
    public Batch Part(int start, int count) => new(
        Images.narrow(0, start, count), Points.narrow(0, start, count), Classes.narrow(0, start, count), [.. Names.Skip(start).Take(count)])
    {
        IsNegative = [.. IsNegative.Skip(start).Take(count)],
    };

    /// <summary>Copies the batch to a device; on the CPU it is the batch itself.</summary>
    /// <param name="device">The device.</param>
    /// <returns>The batch there; its tensors belong to the current dispose scope unless it is this one.</returns>
    public Batch To(Device device) => device.type == DeviceType.CPU
        ? this
        : this with { Images = Images.to(device), Points = Points.to(device), Classes = Classes.to(device) };

    /// <summary>Disposes of the tensors.</summary>
    public void Dispose()
    {
        Images.Dispose();
        Points.Dispose();
        Classes.Dispose();
    }
}
