using System.Text.Json;
using PureHDF;
using SleapNn.Checkpoints;
using SleapNn.LabelFiles;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>A recorded input with the outputs that a model gave for it. It owns its tensors.</summary>
public sealed class ModelReference : IDisposable
{
    private const string InputName = "input";
    private const string OutputPrefix = "out_";

    // SLEAP's heads for sub-pixel offsets have no counterpart: peaks are refined by integration.
    private const string WithoutCounterpart = "OffsetRefinementHead";

    private ModelReference(string path, Tensor input, Dictionary<string, Tensor> outputs)
    {
        Path = path;
        Input = input;
        Outputs = outputs;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The input: (batch, channels, height, width).</summary>
    public Tensor Input { get; }

    /// <summary>The outputs by the names of the heads: (batch, channels, height, width) or (batch, classes).</summary>
    public IReadOnlyDictionary<string, Tensor> Outputs { get; }

    /// <summary>Reads a record.</summary>
    /// <param name="path">
    /// An <c>.npz</c> file with an array <c>input</c> and the outputs named after the heads, or <c>out_</c> and the head,
    /// beside which further arrays may stand; or a <c>dummy_activations.h5</c> of SLEAP 1.x, whose input is all zeros
    /// where it has none.
    /// </param>
    /// <returns>The record; the caller disposes it.</returns>
    /// <exception cref="ModelException">It is missing (ReferenceNotFound), cannot be read or lacks something (ReferenceUnreadable).</exception>
    public static ModelReference Read(string path)
    {
        Runtime.NativeLibraries.EnsureLoaded();
        var full = System.IO.Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            throw new ModelException("ReferenceNotFound", $"There is no file '{full}' to compare with.", full);
        }

        try
        {
            return System.IO.Path.GetExtension(full).ToLowerInvariant() switch
            {
                ".npz" => OfArchive(full),
                ".h5" or ".hdf5" => OfHdf5(full),
                _ => throw new InvalidDataException("records are .npz or .h5 files"),
            };
        }
        catch (Exception e) when (e is not ModelException)
        {
            // Whatever a damaged file makes the HDF5 library throw, to the user it is one thing.
            var reason = e is InvalidDataException or IOException or UnauthorizedAccessException or JsonException ? e.Message : "its structure is damaged";
            throw new ModelException("ReferenceUnreadable", $"'{full}' is no record of a model's outputs that can be read: {reason.TrimEnd('.')}.", full, e);
        }
    }

    /// <summary>Reads the array <c>input</c> of an <c>.npz</c> file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>(batch, channels, height, width); the caller owns it.</returns>
    /// <exception cref="InvalidDataException">The file cannot be read, or has no such array.</exception>
    internal static Tensor ReadInput(string path)
    {
        var arrays = NumpyArchive.Read(path, name => name == InputName);
        return ToTensor(arrays.GetValueOrDefault(InputName) ?? throw new InvalidDataException($"it has no array '{InputName}'"));
    }

    /// <summary>A copy whose input is in another precision.</summary>
    /// <param name="type">The type of the input's numbers.</param>
    /// <returns>The copy, with tensors of its own.</returns>
    internal ModelReference To(ScalarType type) => new(
        Path,
        Input.to(type, copy: true).DetachFromDisposeScope(),
        Outputs.ToDictionary(output => output.Key, output => output.Value.clone().DetachFromDisposeScope()));

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        Input.Dispose();
        foreach (var output in Outputs.Values)
        {
            output.Dispose();
        }
    }

    private static ModelReference OfArchive(string path)
    {
        var names = NumpyArchive.NamesIn(path);
        var prefix = names.Any(name => name.StartsWith(OutputPrefix, StringComparison.Ordinal)) ? OutputPrefix : string.Empty;
        var arrays = NumpyArchive.Read(path, name => name == InputName || name.StartsWith(prefix, StringComparison.Ordinal));
        if (!arrays.Remove(InputName, out var input))
        {
            throw new InvalidDataException($"it has no array '{InputName}'");
        }

        return Create(path, ToTensor(input), arrays.ToDictionary(entry => entry.Key[prefix.Length..], entry => ToTensor(entry.Value)));
    }

    private static ModelReference OfHdf5(string path)
    {
        using var scope = NewDisposeScope();
        using var source = Hdf5Source.Open(path);
        var outputs = new Dictionary<string, Tensor>();
        Tensor? input = null;
        foreach (var child in source.Root.Children().OfType<IH5Dataset>())
        {
            if (child.Name == "metadata")
            {
                input ??= Zeros(child.Read<string>());
            }
            else if (child.Name == InputName)
            {
                input = ChannelsFirst(child, source.Length);
            }
            else if (!child.Name.StartsWith(WithoutCounterpart, StringComparison.Ordinal))
            {
                outputs[HeadOf(child.Name)] = ChannelsFirst(child, source.Length);
            }
        }

        return Create(path, input ?? throw new InvalidDataException("it has neither an input nor metadata with its shape"), outputs);
    }

    private static ModelReference Create(string path, Tensor input, Dictionary<string, Tensor> outputs)
    {
        if (input.dim() != 4)
        {
            throw new InvalidDataException($"its input has the shape ({string.Join(", ", input.shape)}) where (batch, channels, height, width) is expected");
        }

        if (outputs.Count == 0)
        {
            throw new InvalidDataException("it has an input, but no outputs");
        }

        input.DetachFromDisposeScope();
        foreach (var output in outputs.Values)
        {
            output.DetachFromDisposeScope();
        }

        return new ModelReference(path, input, outputs);
    }

    private static Tensor ToTensor(NumpyNumbers numbers) => tensor(numbers.Values, numbers.Shape);

    private static Tensor Zeros(string metadata)
    {
        using var json = JsonDocument.Parse(metadata);
        var shape = json.RootElement.TryGetProperty("input_shape", out var element) && element.ValueKind == JsonValueKind.Array
            ? element.EnumerateArray().Select(n => n.ValueKind == JsonValueKind.Null ? 1 : n.GetInt64()).ToArray()
            : throw new InvalidDataException("its metadata does not tell the shape of the input");
        return shape.Length == 4 && shape.All(n => n is > 0 and < 100_000)
            ? zeros(shape[0], shape[3], shape[1], shape[2])
            : throw new InvalidDataException($"its metadata gives the input the shape ({string.Join(", ", shape)}), which is no image");
    }

    private static Tensor ChannelsFirst(IH5Dataset dataset, long fileLength)
    {
        long[] shape = [.. dataset.Space.Dimensions.Select(n => checked((long)n))];

        // Even well packed numbers are no thousandth of what they unpack to.
        if (shape.Aggregate(1.0, (count, n) => count * n) > 1000.0 * fileLength)
        {
            throw new InvalidDataException($"its dataset '{dataset.Name}' says that it is larger than the file can hold");
        }

        var values = tensor(dataset.Read<float[]>(), shape);
        return shape.Length == 4 ? values.permute(0, 3, 1, 2).contiguous() : values;
    }

    // Keras numbers its layers: CentroidConfmapsHead_0.
    private static string HeadOf(string dataset)
    {
        var at = dataset.LastIndexOf('_');
        return at > 0 && dataset[(at + 1)..].All(char.IsAsciiDigit) ? dataset[..at] : dataset;
    }
}
