using System.Runtime.ExceptionServices;
using SleapNn.Configuration;
using SleapNn.Models;
using SleapNn.Preprocessing;
using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Inference;

/// <summary>One model of a pipeline with the preprocessing that it was trained with.</summary>
public sealed class ModelStage : IDisposable
{
    private readonly PoseModel model;
    private readonly Device device;
    private readonly ScalarType precision;
    private readonly double inputScale;
    private readonly int maxStride;
    private readonly int inputChannels;
    private readonly bool ensureRgb;
    private readonly bool ensureGrayscale;
    private readonly int? maxHeightPx;
    private readonly int? maxWidthPx;

    /// <summary>Takes over a loaded model.</summary>
    /// <param name="folder">The model, in evaluation mode.</param>
    /// <param name="device">Where the model is.</param>
    /// <param name="options">What differs from the model's own configuration.</param>
    public ModelStage(ModelFolder folder, Device device, PredictionOptions options)
        : this(folder.Config, folder.Model, device, options)
    {
    }

    /// <summary>Takes over a model, such as one that is being trained.</summary>
    /// <param name="config">The configuration that it is trained with.</param>
    /// <param name="model">The model. It is to be in evaluation mode whenever the stage works.</param>
    /// <param name="device">Where the model is.</param>
    /// <param name="options">What differs from the model's own configuration.</param>
    public ModelStage(SleapConfig config, PoseModel model, Device device, PredictionOptions options)
    {
        Config = config;
        this.model = model;
        this.device = device;
        precision = options.Precision switch
        {
            PredictionPrecision.Float16 => ScalarType.Float16,
            PredictionPrecision.BFloat16 => ScalarType.BFloat16,
            _ => ScalarType.Float32,
        };
        if (precision != ScalarType.Float32)
        {
            model.to(precision);
        }

        (maxStride, inputChannels) = (model.MaxStride, model.InChannels);
        var preprocessing = Config.DataConfig.Preprocessing;
        ensureRgb = options.EnsureRgb ?? (preprocessing.EnsureRgb && options.EnsureGrayscale != true);
        ensureGrayscale = options.EnsureGrayscale ?? (preprocessing.EnsureGrayscale && options.EnsureRgb != true);
        inputScale = options.InputScale ?? preprocessing.Scale;
        maxHeightPx = options.MaxHeightPx ?? preprocessing.MaxHeight;
        maxWidthPx = options.MaxWidthPx ?? preprocessing.MaxWidth;
    }

    /// <summary>The configuration that the model was trained with.</summary>
    public SleapConfig Config { get; }

    /// <summary>How the crops lie that the model was trained with.</summary>
    public CropForm Crops => model.Crops;

    /// <summary>Fits frames to the model's maximum size, in the channels that they have.</summary>
    /// <param name="frames">8-bit, (batch, channels, height, width).</param>
    /// <returns>The frames on the model's device, and the factor by which coordinates grew.</returns>
    public (Tensor Frames, double MatchScale) Match(Tensor frames)
    {
        using var scope = NewDisposeScope();
        var (matched, scale) = ImageOps.SizeMatch(frames.to(device), maxHeightPx, maxWidthPx);
        return (Owned(matched, frames), scale);
    }

    /// <summary>Takes frames through the whole preprocessing of the model.</summary>
    /// <param name="frames">8-bit, (batch, channels, height, width).</param>
    /// <returns>The model's input.</returns>
    public StageInput Prepare(Tensor frames)
    {
        using var scope = NewDisposeScope();
        var (matched, matchScale) = Match(BeforeResizing(frames.to(device)));
        var input = Scale(matched);
        return input with { Image = Owned(input.Image, frames), MatchScale = matchScale };
    }

    /// <summary>Takes frames or crops through the preprocessing of the model without the size matching: channels, scale and padding.</summary>
    /// <param name="matched">8-bit, (batch, channels, height, width).</param>
    /// <returns>The model's input.</returns>
    public StageInput Scale(Tensor matched)
    {
        using var scope = NewDisposeScope();
        var image = ImageOps.EnsureChannels(ImageOps.PadToStride(ImageOps.Resize(BeforeResizing(matched.to(device)), inputScale), maxStride), inputChannels);
        return new StageInput(Owned(image, matched), inputScale, MatchScale: 1);
    }

    /// <summary>Runs the model.</summary>
    /// <param name="image">The model's input (batch, channels, height, width), 8-bit or float.</param>
    /// <returns>The heads' outputs by sleap-nn's names.</returns>
    public Dictionary<string, MapStack> Forward(Tensor image)
    {
        using var scope = NewDisposeScope();
        var input = ImageOps.Normalize(image.to(device)).to(precision);
        return device.type == DeviceType.CPU && input.shape[0] > 0 ? InParts(input) : Maps(model.forward(input));
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();

    private static Dictionary<string, MapStack> Maps(Dictionary<string, Tensor> outputs) =>
        outputs.ToDictionary(output => output.Key, output => MapStack.Of(output.Value));

    // Where there are several parts, each thread has one to itself: they need not wait for each other after every layer, nor for
    // a core on which a frame is just being decoded.
    private Dictionary<string, MapStack> InParts(Tensor input)
    {
        var (samples, threads) = (input.shape[0], get_num_threads());
        var atOnce = Math.Clamp(MemoryLayout.CpuPixelsAtOnce / (input.shape[2] * input.shape[3]), 1, (samples + threads - 1) / threads);
        var parts = new Dictionary<string, MapStack>[(samples + atOnce - 1) / atOnce];
        var workers = Math.Min(threads, parts.Length);
        if (workers == 1)
        {
            for (var i = 0; i < parts.Length; i++)
            {
                parts[i] = Part(i);
            }
        }
        else
        {
            try
            {
                Parallel.For(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = workers }, i => OnThreads(threads / workers, threads, () => parts[i] = Part(i)));
            }
            catch (AggregateException error)
            {
                // What failed in several parts is told once, as where there is only one.
                ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
            }
        }

        return parts.Length == 1 ? parts[0] : parts[0].Keys.ToDictionary(head => head, head => MapStack.Join([.. parts.Select(part => part[head])]));

        Dictionary<string, MapStack> Part(int index)
        {
            using var scope = NewDisposeScope();
            var first = index * atOnce;
            return Maps(model.forward(input.narrow(0, first, Math.Min(atOnce, samples - first))));
        }
    }

    // Whether gradients are kept and how many threads a layer may use are settings of the present thread.
    private static void OnThreads(int count, int usual, Action work)
    {
        using var noGradient = no_grad();
        TorchThreads.Limit(count);
        try
        {
            work();
        }
        finally
        {
            set_num_threads(usual);
        }
    }

    // Channels come before all else, as in sleap-nn, since turning colour to grey rounds. Only grey that the model takes three
    // times is repeated last: the numbers are the same, in a third of the time.
    private Tensor BeforeResizing(Tensor image) => image.shape[1] == 1 && inputChannels == 3 ? image : WithChannels(image);

    private Tensor WithChannels(Tensor image)
    {
        // What the configuration asks for comes first; a model that takes another number of channels cannot run at all.
        if (ensureRgb)
        {
            image = ImageOps.EnsureChannels(image, 3);
        }
        else if (ensureGrayscale)
        {
            image = ImageOps.EnsureChannels(image, 1);
        }

        return ImageOps.EnsureChannels(image, inputChannels);
    }

    // Steps that have nothing to do hand back the tensor that they were given; the caller of this class owns what it gets.
    private static Tensor Owned(Tensor result, Tensor source) =>
        (ReferenceEquals(result, source) || result.Handle == source.Handle ? result.alias() : result).MoveToOuterDisposeScope();
}
