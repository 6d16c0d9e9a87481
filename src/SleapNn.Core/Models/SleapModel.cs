using SleapNn.Configuration;

namespace SleapNn;

/// <summary>A model folder: what kind of model is in it, how large it is, what it takes and gives, and how it was trained.</summary>
public sealed class SleapModel
{
    /// <summary>The model's folder.</summary>
    public required string Path { get; init; }

    /// <summary>The name of the folder.</summary>
    public string Name => System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(Path));

    /// <summary>Whose files it has: <c>sleap-nn</c> (as this module writes them too) or <c>SLEAP 1.x</c>.</summary>
    public required string Format { get; init; }

    /// <summary>The kind of model, such as <c>centroid</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>The kind of backbone: <c>unet</c>, <c>convnext</c> or <c>swint</c>.</summary>
    public required string Backbone { get; init; }

    /// <summary>The outputs, in the order of the configuration.</summary>
    public required IReadOnlyList<ModelHead> Heads { get; init; }

    /// <summary>Channels of the input: 1 (grey) or 3 (RGB).</summary>
    public required int InChannels { get; init; }

    /// <summary>The number that height and width of an input are padded to multiples of.</summary>
    public required int MaxStride { get; init; }

    /// <summary>
    /// The side in pixels of the network's input that one position of the coarsest features can see. With the Swin
    /// backbone it depends on the position; this is the most.
    /// </summary>
    public required int ReceptiveFieldPx { get; init; }

    /// <summary>The weights of each part: stem, encoder, middle, decoder and each head.</summary>
    public required IReadOnlyList<ModelPart> Parts { get; init; }

    /// <summary>How many weights there are in all.</summary>
    public long ParameterCount => Parts.Sum(part => part.ParameterCount);

    /// <summary>The batch size that shapes and memory are for.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The network's input: (batch, channels, height, width); null where neither the configuration nor the caller gave a size.</summary>
    public IReadOnlyList<long>? InputShape { get; init; }

    /// <summary>The network's memory when it predicts, in bytes: weights, input, and the most that is alive between layers; null where the input's size is not known.</summary>
    public long? InferenceBytes { get; init; }

    /// <summary>
    /// The network's memory in training, in bytes: weights, gradients, the optimizer's state, input, and all that is kept
    /// until the gradients are computed; null where the input's size is not known.
    /// </summary>
    public long? TrainingBytes { get; init; }

    /// <summary>The body parts; null where the configuration has none.</summary>
    public Skeleton? Skeleton { get; init; }

    /// <summary>The file of the weights; null where there is none.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>The epoch that the weights are from, from 0; null where it is not known.</summary>
    public long? CheckpointEpoch { get; init; }

    /// <summary>The configuration's file.</summary>
    public required string ConfigPath { get; init; }

    /// <summary>The configuration that the model was trained with.</summary>
    public required SleapConfig Config { get; init; }

    /// <summary>How training went; null where the folder has no log that can be read.</summary>
    public ModelTraining? Training { get; init; }

    /// <summary>The metrics files in the folder.</summary>
    public required IReadOnlyList<SavedMetrics> Metrics { get; init; }

    /// <summary>What is wrong with the folder; empty where nothing is.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
