using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SleapNn.Evaluation;

/// <summary>Metrics files as sleap-nn writes and reads them: <c>.npz</c> with one pickled dictionary, and its <c>.json</c> form.</summary>
public static class MetricsFile
{
    private const string Entry = "metrics.npy";
    private const long MaxBytes = 1L << 29;

    /// <summary>Writes metrics.</summary>
    /// <param name="result">The metrics.</param>
    /// <param name="path">The file: <c>.npz</c>, which sleap-nn's <c>load_metrics</c> reads, or <c>.json</c>.</param>
    /// <exception cref="EvaluationException">The extension is another (EvaluationFileType).</exception>
    public static void Save(EvaluationResult result, string path)
    {
        var content = MetricsTree.Of(result);
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".npz":
                AtomicFile.Write(path, stream =>
                {
                    using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
                    var entry = archive.CreateEntry(Entry);

                    // The same metrics give the same bytes.
                    entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                    using var file = entry.Open();
                    file.Write(Header());
                    file.Write(NumpyPickleWriter.Write(content));
                });
                break;
            case ".json":
                AtomicFile.WriteText(path, Json(content)!.ToJsonString());
                break;
            default:
                throw new EvaluationException("EvaluationFileType", $"Metrics are written as .npz or .json; '{path}' ends in neither.", path);
        }
    }

    /// <summary>Reads a metrics file of sleap-nn or of <see cref="Save"/>. Nothing in it is run.</summary>
    /// <param name="path">An <c>.npz</c> file.</param>
    /// <returns>The metrics.</returns>
    /// <exception cref="EvaluationException">It is not there (EvaluationFileNotFound), or no metrics file that can be read (EvaluationFileUnreadable).</exception>
    public static SavedMetrics Load(string path)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            throw new EvaluationException("EvaluationFileNotFound", $"There is no metrics file '{full}'.", path);
        }

        try
        {
            return MetricsTree.Read(ReadTree(full), full);
        }
        catch (InvalidDataException error)
        {
            throw new EvaluationException("EvaluationFileUnreadable", $"'{full}' is not a metrics file that can be read: {error.Message}.", path, error);
        }
    }

    private static Dictionary<string, object?> ReadTree(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        var entry = archive.GetEntry(Entry) ?? throw new InvalidDataException($"it has no {Entry}");
        if (entry.Length > MaxBytes)
        {
            throw new InvalidDataException("it is too large");
        }

        using var stream = entry.Open();
        var bytes = new byte[entry.Length];
        stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (bytes.Length < 10 || bytes[0] != 0x93 || !bytes.AsSpan(1, 5).SequenceEqual("NUMPY"u8))
        {
            throw new InvalidDataException("its content is no NumPy array");
        }

        var start = bytes[6] >= 2 ? 12 + BitConverter.ToInt32(bytes, 8) : 10 + BitConverter.ToUInt16(bytes, 8);
        return start >= 10 && start < bytes.Length && NumpyPickleReader.Read(bytes, start) is Dictionary<string, object?> tree
            ? tree
            : throw new InvalidDataException("it holds no dictionary");
    }

    // The header of a .npy file: magic, version 1.0, length, and a text padded to a multiple of 64 bytes in all.
    private static byte[] Header()
    {
        const string Text = "{'descr': '|O', 'fortran_order': False, 'shape': (), }";
        var length = 128 - 10;
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)length, 0, .. Encoding.ASCII.GetBytes(Text.PadRight(length - 1) + "\n")];
    }

    private static JsonNode? Json(object? value) => value switch
    {
        double number => double.IsFinite(number) ? JsonValue.Create(number) : null,
        Dictionary<string, object?> map => new JsonObject(map.Where(e => e.Key != "pcks").Select(e => KeyValuePair.Create(e.Key, Json(e.Value)))),
        IReadOnlyList<object> list => new JsonArray([.. list.Select(Json)]),
        NumpyArray array => Json(array, 0, 0, array.Values.Length),
        _ => JsonSerializer.SerializeToNode(value),
    };

    private static JsonNode? Json(NumpyArray array, int dimension, int start, int count)
    {
        if (dimension == array.Shape.Length)
        {
            return Json(array.Values[start]);
        }

        var size = array.Shape[dimension];
        return new JsonArray([.. Enumerable.Range(0, size).Select(i => Json(array, dimension + 1, start + (i * (count / size)), count / size))]);
    }
}
