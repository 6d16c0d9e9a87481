using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>Finds out whether a model computes what it should.</summary>
public static class ModelTester
{
    // A model's own sizes may be large; a few positions of its coarsest features show all that its layers do.
    private const int RandomInputStrides = 4;

    /// <summary>Compares a model with a record.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="reference">The record.</param>
    /// <param name="tolerance">What the largest difference of an output may be, as a share of its largest absolute value.</param>
    /// <returns>An object for each output of the model, and for each that only the record has.</returns>
    /// <exception cref="ModelException">The model does not take the recorded input.</exception>
    public static IReadOnlyList<ModelOutputTest> Compare(ModelFolder folder, ModelReference reference, double tolerance)
    {
        using var scope = NewDisposeScope();
        var device = DeviceOf(folder.Model);
        return Compare(folder, Run(folder.Model, reference.Input.to(device)), reference.Path, reference.Outputs, tolerance, IsBlank(reference.Input));
    }

    /// <summary>Compares two models on the same input.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="other">The model to compare with.</param>
    /// <param name="input">(batch, channels, height, width).</param>
    /// <param name="tolerance">What the largest difference of an output may be, as a share of the other model's largest absolute value.</param>
    /// <returns>An object for each output of the model, and for each that only the other model has.</returns>
    /// <exception cref="ModelException">A model does not take the input.</exception>
    public static IReadOnlyList<ModelOutputTest> Compare(ModelFolder folder, ModelFolder other, Tensor input, double tolerance)
    {
        using var scope = NewDisposeScope();
        var outputs = Run(folder.Model, input.to(DeviceOf(folder.Model)));
        return Compare(folder, outputs, other.Folder, Run(other.Model, input.to(DeviceOf(other.Model))), tolerance, IsBlank(input));
    }

    /// <summary>An input of random numbers from 0 to 1, the same for the same seed, of a size that the model takes.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>(1, channels, height, width); the caller owns it.</returns>
    public static Tensor RandomInput(ModelFolder folder, int seed)
    {
        var needsOwnSize = folder.Model.Config.HeadConfigs.MultiClassTopdown is { ClassVectors.GlobalPool: false };
        var side = RandomInputStrides * folder.Model.MaxStride;
        var size = needsOwnSize ? ModelInput.SizeOf(folder.Config, folder.Model.MaxStride) ?? (side, side) : (side, side);

        // .NET's generator leaves the state of torch's, which training draws from, alone.
        var random = new Random(seed);
        var values = new float[folder.Model.InChannels * size.Item1 * size.Item2];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = random.NextSingle();
        }

        return tensor(values, [1, folder.Model.InChannels, size.Item1, size.Item2]);
    }

    /// <summary>The input that a file gives: an image, or the array <c>input</c> of an <c>.npz</c> file.</summary>
    /// <param name="path">The file. Of a video or several images the first frame is taken.</param>
    /// <param name="folder">The model whose size the image is padded for.</param>
    /// <returns>(batch, channels, height, width), from 0 to 1 where it is an image; the caller owns it.</returns>
    /// <exception cref="ModelException">An <c>.npz</c> file cannot be read (ReferenceUnreadable).</exception>
    /// <exception cref="MediaException">An image cannot be read.</exception>
    public static Tensor ReadInput(string path, ModelFolder folder)
    {
        if (Path.GetExtension(path).Equals(".npz", StringComparison.OrdinalIgnoreCase))
        {
            try
            {
                return ModelReference.ReadInput(path);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                throw new ModelException("ReferenceUnreadable", $"No input can be read from '{path}': {e.Message.TrimEnd('.')}.", path, e);
            }
        }

        using var scope = NewDisposeScope();
        using var source = Media.FrameSource.Open(path);
        var frame = source.Read(source.FrameIndices.Count > 0 ? source.FrameIndices[0] : 0);
        var image = tensor(frame.Pixels, [frame.HeightPx, frame.WidthPx, frame.Channels]).permute(2, 0, 1).unsqueeze(0);
        return Preprocessing.ImageOps.PadToStride(image, folder.Model.MaxStride).to(float32).Over(255).MoveToOuterDisposeScope();
    }

    private static Dictionary<string, Tensor> Run(PoseModel model, Tensor input)
    {
        using var off = no_grad();
        return model.forward(input);
    }

    // Without anything to see, the outputs are nothing but background: their largest value is no measure, the values that
    // maps have where there is something (about 1) are.
    private static bool IsBlank(Tensor input) => input.numel() == 0 || input.eq(input.flatten()[0]).all().item<bool>();

    private static Device DeviceOf(PoseModel model) => model.parameters().First().device;

    private static List<ModelOutputTest> Compare(
        ModelFolder folder, IReadOnlyDictionary<string, Tensor> outputs, string reference, IReadOnlyDictionary<string, Tensor> expected, double tolerance, bool isBlank)
    {
        var results = outputs.Select(output => CompareOutput(output.Key, output.Value, expected.GetValueOrDefault(output.Key))).ToList();
        results.AddRange(expected.Where(output => !outputs.ContainsKey(output.Key)).Select(output => CompareOutput(output.Key, null, output.Value)));
        return results;

        ModelOutputTest CompareOutput(string name, Tensor? actual, Tensor? wanted)
        {
            var (finding, difference, relative) = (actual, wanted) switch
            {
                (null, _) => ("The model has none.", double.NaN, double.NaN),
                (_, null) => ("The reference has none.", double.NaN, double.NaN),
                _ => Judge(actual, wanted, tolerance, isBlank),
            };
            return new ModelOutputTest
            {
                ModelPath = folder.Folder,
                Reference = reference,
                Output = name,
                Shape = actual?.shape,
                ReferenceShape = wanted?.shape,
                MaxDifference = difference,
                MaxRelativeDifference = relative,
                Tolerance = tolerance,
                Finding = finding,
            };
        }
    }

    private static (string? Finding, double Difference, double Relative) Judge(Tensor actual, Tensor wanted, double tolerance, bool isBlank)
    {
        if (!actual.shape.SequenceEqual(wanted.shape))
        {
            return ($"The shape is {StateDicts.Describe(actual)}, the reference's {StateDicts.Describe(wanted)}.", double.NaN, double.NaN);
        }

        if (actual.numel() == 0)
        {
            return (null, 0, 0);
        }

        using var scope = NewDisposeScope();
        var reference = wanted.to(float64).cpu();
        var difference = (actual.to(float64).cpu() - reference).abs().max().item<double>();
        var largest = reference.abs().max().item<double>();
        var relative = difference == 0 ? 0 : difference / largest;
        return double.IsNaN(difference) || double.IsInfinity(difference) || double.IsInfinity(largest) || double.IsNaN(largest)
                ? ("There are values that are no finite numbers.", difference, relative)
            : isBlank && difference > tolerance
                ? (FormattableString.Invariant($"It differs by {difference:g3}; {tolerance:g3} is allowed."), difference, relative)
            : !isBlank && relative > tolerance
                ? (FormattableString.Invariant($"It differs by {relative:g3} of the largest value; {tolerance:g3} is allowed."), difference, relative)
            : (null, difference, relative);
    }
}
