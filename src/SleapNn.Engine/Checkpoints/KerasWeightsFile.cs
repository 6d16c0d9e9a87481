using PureHDF;
using SleapNn.LabelFiles;

namespace SleapNn.Checkpoints;

/// <summary>Reads the weights of a Keras model file (<c>best_model.h5</c> of SLEAP 1.x).</summary>
public static class KerasWeightsFile
{
    private const string Weights = "model_weights";

    /// <summary>Reads all layers that have weights.</summary>
    /// <param name="path">The file: a whole model, or weights alone (<c>save_weights</c>).</param>
    /// <returns>The layers by their Keras names, such as <c>stack0_enc0_conv0</c>.</returns>
    /// <exception cref="ModelException">The file is missing (LegacyWeightsNotFound), damaged or not one of Keras (LegacyWeightsUnreadable).</exception>
    public static IReadOnlyDictionary<string, KerasLayer> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var source = Hdf5Source.Open(path);
            IH5Group root = source.Root;
            var group = root.LinkExists(Weights) ? root.Group(Weights) : root;
            var layers = new SortedDictionary<string, KerasLayer>(StringComparer.Ordinal);
            foreach (var child in group.Children())
            {
                if (child is IH5Group layer && ReadLayer(layer, source.Length) is { } read)
                {
                    layers[child.Name] = read;
                }
            }

            return layers.Count > 0 ? layers : throw new InvalidDataException("it has no layer with weights, so it is not a Keras model");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelException("LegacyWeightsNotFound", $"There is no weights file '{path}'.", path, e);
        }
        catch (Exception e) when (e is not ModelException)
        {
            // Whatever a damaged file makes the HDF5 library throw, to the user it is one thing.
            var reason = e is InvalidDataException or EndOfStreamException or UnauthorizedAccessException ? e.Message : "its HDF5 structure is damaged";
            throw new ModelException(
                "LegacyWeightsUnreadable",
                $"'{path}' is not a Keras weights file that can be read: {reason}. If it was copied or downloaded, get it again.",
                path,
                e);
        }
    }

    // Keras nests a layer's datasets in one more group, which bears the layer's name again.
    private static KerasLayer? ReadLayer(IH5Group layer, long fileLength)
    {
        var holder = layer.Children().OfType<IH5Group>().FirstOrDefault() ?? layer;
        var datasets = holder.Children().OfType<IH5Dataset>().ToDictionary(dataset => dataset.Name.Split(':')[0]);
        if (datasets.Count == 0)
        {
            return null;
        }

        if (!datasets.Remove("kernel", out var kernel) || !datasets.Remove("bias", out var bias) || datasets.Count > 0)
        {
            throw new InvalidDataException(
                $"the layer '{layer.Name}' has the weights {string.Join(", ", holder.Children().Select(c => c.Name))} where a kernel and a bias were expected");
        }

        var layerName = layer.Name;
        return new KerasLayer([.. kernel.Space.Dimensions.Select(n => (long)n)], Read(kernel, layerName, fileLength), Read(bias, layerName, fileLength));
    }

    private static float[] Read(IH5Dataset dataset, string layer, long fileLength)
    {
        var name = $"{layer}/{dataset.Name}";
        if ((dataset.Type.Class, dataset.Type.Size) is not (H5DataTypeClass.FloatingPoint, 4))
        {
            throw new InvalidDataException($"'{name}' does not hold 32-bit numbers");
        }

        Hdf5Values.CheckSize(dataset, name, fileLength);
        return dataset.Space.Dimensions.Any(n => n == 0) ? throw new InvalidDataException($"'{name}' is empty") : dataset.Read<float[]>();
    }
}
