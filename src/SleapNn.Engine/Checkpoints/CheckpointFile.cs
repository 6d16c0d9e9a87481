using SleapNn.Runtime;
using TorchSharp;

namespace SleapNn.Checkpoints;

/// <summary>
/// Reads and writes <c>.ckpt</c> and <c>.pth</c> files of PyTorch (1.6 and later). A file is data: reading one cannot run
/// anything, whatever it says.
/// </summary>
public static class CheckpointFile
{
    private const int MaxPickleLength = 64 << 20;
    private const int MaxDepth = 100;

    /// <summary>
    /// How long a checkpoint is waited for that another program has open on Windows: a run is worth more than half a minute, and what
    /// copies a large file to a cloud may take that long.
    /// </summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Reads a checkpoint: one of Lightning, or a bare state dict.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its content with all tensors on the CPU; views and shared storages stay views and shared.</returns>
    /// <exception cref="ModelException">The file is missing, damaged, not a checkpoint, or asks for something unsafe.</exception>
    public static Checkpoint Read(string path)
    {
        NativeLibraries.EnsureLoaded();
        try
        {
            using var archive = new StoredZipReader(path);
            var root = FindRoot(archive, path);
            RequireLittleEndian(archive, root, path);
            if (!archive.TryGetLength(root + "data.pkl", out var length) || length > MaxPickleLength)
            {
                throw CheckpointErrors.Damaged(path, "its description of the content is too large");
            }

            var pickle = new byte[length];
            archive.Read(root + "data.pkl", pickle);
            return Assemble(PickleReader.Read(pickle, path), new TensorReader(archive, root + "data/", path), path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelException("CheckpointNotFound", $"There is no checkpoint '{path}'.", path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException("CheckpointUnreadable", $"The checkpoint '{path}' cannot be read: {e.Message}", path, e);
        }
    }

    /// <summary>
    /// Writes a checkpoint that <c>torch.load(weights_only=True)</c>, Lightning and sleap-nn read. The file is written
    /// whole or not at all.
    /// </summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="checkpoint">The content. Tensors may be on any device.</param>
    /// <exception cref="ModelException">The content holds something that is not plain data, or the file cannot be written.</exception>
    public static void Write(string path, Checkpoint checkpoint)
    {
        NativeLibraries.EnsureLoaded();
        try
        {
            using var scope = torch.NewDisposeScope();
            var writer = new PickleWriter(path);
            writer.Write(ToTree(checkpoint));
            AtomicFile.Write(path, stream =>
            {
                using var zip = new StoredZipWriter(stream, Path.GetFileNameWithoutExtension(path));
                zip.Add("data.pkl", writer.ToArray());
                zip.Add("byteorder", "little"u8);
                foreach (var (key, storage) in writer.Storages)
                {
                    zip.Add($"data/{key}", storage.bytes);
                }

                zip.Add("version", "3\n"u8);
            }, Patience);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException("CheckpointUnwritable", $"The checkpoint '{path}' cannot be written: {e.Message}", path, e);
        }
    }

    private static string FindRoot(StoredZipReader archive, string path)
    {
        var pickles = archive.Names.Where(name => name.EndsWith("/data.pkl", StringComparison.Ordinal)).ToList();
        return pickles.Count == 1
            ? pickles[0][..^"data.pkl".Length]
            : throw CheckpointErrors.Damaged(path, $"it is a zip archive with {pickles.Count} records 'data.pkl' where a checkpoint has one");
    }

    private static void RequireLittleEndian(StoredZipReader archive, string root, string path)
    {
        var name = root + "byteorder";
        if (!archive.TryGetLength(name, out var length))
        {
            return;
        }

        Span<byte> order = stackalloc byte[6];
        if (length != order.Length)
        {
            throw CheckpointErrors.Unsupported(path, "its numbers are not little-endian");
        }

        archive.Read(name, order);
        if (!order.SequenceEqual("little"u8))
        {
            throw CheckpointErrors.Unsupported(path, "its numbers are not little-endian");
        }
    }

    private static Checkpoint Assemble(object? content, TensorReader tensors, string path)
    {
        if (content is not OrderedMap<object, object?> top)
        {
            throw CheckpointErrors.Damaged(path, "it holds something else than a dictionary");
        }

        if (!DataTree.IsWithinDepth(top, MaxDepth))
        {
            throw CheckpointErrors.Damaged(path, "its values are nested too deep");
        }

        try
        {
            // A bare state dict, as torch.save(model.state_dict()) writes.
            var isBare = top.Count > 0 && top.All(entry => entry is { Key: string, Value: PickleTensor });
            if (!isBare && !top.ContainsKey("state_dict"))
            {
                throw CheckpointErrors.Damaged(path, "it has no 'state_dict', so there are no weights in it");
            }

            DataTree.Replace(top, value => value is PickleTensor tensor ? tensors.Read(tensor) : value);
            tensors.DisposeStorages();
            return isBare
                ? new Checkpoint { StateDict = ToStateDict(top, path) }
                : ToCheckpoint(top, path);
        }
        catch
        {
            tensors.DisposeAll();
            throw;
        }
    }

    private static Checkpoint ToCheckpoint(OrderedMap<object, object?> top, string path)
    {
        var checkpoint = new Checkpoint
        {
            StateDict = ToStateDict(Get<OrderedMap<object, object?>>("state_dict"), path),
            Epoch = Get<object>("epoch") is long epoch ? epoch : 0,
            GlobalStep = Get<object>("global_step") is long step ? step : 0,
            LightningVersion = Get<string>("pytorch-lightning_version") ?? string.Empty,
            OptimizerStates = Get<List<object?>>("optimizer_states") ?? [],
            LrSchedulers = Get<List<object?>>("lr_schedulers") ?? [],
            Callbacks = Get<OrderedMap<object, object?>>("callbacks") ?? new(),
            Loops = Get<OrderedMap<object, object?>>("loops") ?? new(),
        };

        HashSet<string> known =
            ["state_dict", "epoch", "global_step", "pytorch-lightning_version", "optimizer_states", "lr_schedulers", "callbacks", "loops"];
        foreach (var (key, value) in top)
        {
            if (key is string name && !known.Contains(name) && value is not (OpaqueValue or PickleGlobal or PickleStorage))
            {
                checkpoint.Extra[name] = value;
            }
        }

        return checkpoint;

        T? Get<T>(string key)
            where T : class =>
            !top.TryGetValue(key, out var value) || value is null ? null
            : value as T ?? throw CheckpointErrors.Damaged(path, $"its entry '{key}' is of an unknown kind");
    }

    private static OrderedMap<string, torch.Tensor> ToStateDict(OrderedMap<object, object?>? map, string path)
    {
        var state = new OrderedMap<string, torch.Tensor>();
        foreach (var (key, value) in map ?? new())
        {
            state[key as string ?? throw Damaged(key)] = value as torch.Tensor ?? throw Damaged(key);
        }

        return state;

        ModelException Damaged(object key) => CheckpointErrors.Damaged(path, $"the entry '{key}' of its state_dict is no tensor with a name");
    }

    private static OrderedMap<object, object?> ToTree(Checkpoint checkpoint)
    {
        var state = new OrderedMap<object, object?>();
        foreach (var (name, tensor) in checkpoint.StateDict)
        {
            state[name] = tensor;
        }

        var tree = new OrderedMap<object, object?>
        {
            ["epoch"] = checkpoint.Epoch,
            ["global_step"] = checkpoint.GlobalStep,
            ["pytorch-lightning_version"] = checkpoint.LightningVersion,
            ["state_dict"] = new PickleWriter.OrderedDict(state),
            ["loops"] = checkpoint.Loops.Count > 0 ? checkpoint.Loops : LightningLoops.At(checkpoint.Epoch, checkpoint.GlobalStep),
            ["callbacks"] = checkpoint.Callbacks,
            ["optimizer_states"] = checkpoint.OptimizerStates,
            ["lr_schedulers"] = checkpoint.LrSchedulers,
        };
        foreach (var (name, value) in checkpoint.Extra)
        {
            tree[name] = value;
        }

        return tree;
    }
}
