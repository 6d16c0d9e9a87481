using SleapNn.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>
/// The memory of a network, measured by running it on one black image of at most 256 x 256 pixels: what it makes between its
/// layers grows with the area and the batch.
/// </summary>
internal sealed record NetworkMeasure
{
    private const int MeasuredPx = 256;

    /// <summary>The weights and the running statistics of layers.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>How many weights there are.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>The states that the optimizer keeps, of which each is as large as the weights.</summary>
    public required int OptimizerStates { get; init; }

    /// <summary>A sample's image.</summary>
    public required double InputBytes { get; init; }

    /// <summary>The most of a sample that is alive at once where nothing is kept for gradients.</summary>
    public required double PeakBytes { get; init; }

    /// <summary>What is kept of a sample until the gradients are computed.</summary>
    public required double KeptBytes { get; init; }

    /// <summary>A sample's outputs.</summary>
    public required double OutputBytes { get; init; }

    /// <summary>The largest tensor between two layers.</summary>
    public required double LargestBytes { get; init; }

    /// <summary>The shapes of the outputs for a batch of one.</summary>
    public required IReadOnlyDictionary<string, long[]> OutputShapes { get; init; }

    /// <summary>The weights, their gradients and the optimizer's state.</summary>
    public long StateBytes => (2 + OptimizerStates) * WeightBytes;

    /// <summary>
    /// A sample in training: the image, what is kept, the targets with the difference to them and its gradient; and while
    /// gradients run back, those of a layer's output and input at once.
    /// </summary>
    public double TrainingBytesPerSample => InputBytes + KeptBytes + (3 * OutputBytes) + (2 * LargestBytes);

    /// <summary>All of the network's memory when it predicts.</summary>
    public long InferenceBytes(int batchSize) => (long)(WeightBytes + (batchSize * (InputBytes + PeakBytes)));

    /// <summary>All of the network's memory in training.</summary>
    public long TrainingBytes(int batchSize) => (long)(StateBytes + (batchSize * TrainingBytesPerSample));

    /// <summary>Measures a network.</summary>
    /// <param name="model">The network, on the CPU.</param>
    /// <param name="trainer">Says which optimizer it is trained with.</param>
    /// <param name="size">The size of the images, which may be larger than what it is run on.</param>
    public static NetworkMeasure Of(PoseModel model, TrainerConfig trainer, (int HeightPx, int WidthPx) size)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var needsOwnSize = model.Config.HeadConfigs.MultiClassTopdown is { ClassVectors.GlobalPool: false };
        var limit = needsOwnSize ? int.MaxValue : ModelInput.PaddedTo(MeasuredPx, model.MaxStride);
        var (height, width) = (Math.Min(size.HeightPx, limit), Math.Min(size.WidthPx, limit));
        var growth = (double)size.HeightPx * size.WidthPx / ((double)height * width);
        var input = zeros(1, model.InChannels, height, width);
        using var meter = ActivationMeter.Start();
        var outputs = model.forward(input);
        return new NetworkMeasure
        {
            WeightBytes = model.parameters().Cast<Tensor>().Concat(model.buffers()).Sum(BytesOf),
            ParameterCount = model.parameters().Sum(parameter => parameter.numel()),
            OptimizerStates = trainer.Optimizer.Amsgrad ? 3 : 2,
            InputBytes = growth * BytesOf(input),
            PeakBytes = growth * meter.PeakBytes,
            KeptBytes = growth * meter.KeptBytes,
            OutputBytes = growth * outputs.Values.Sum(BytesOf),
            LargestBytes = growth * meter.LargestBytes,
            OutputShapes = outputs.ToDictionary(output => output.Key, output => Grown(output.Value.shape)),
        };

        long[] Grown(long[] shape) => shape.Length == 4
            ? [1, shape[1], shape[2] * size.HeightPx / height, shape[3] * size.WidthPx / width]
            : [1, .. shape[1..]];
    }

    private static long BytesOf(Tensor tensor) => tensor.numel() * tensor.element_size();
}
