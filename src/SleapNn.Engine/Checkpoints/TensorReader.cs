using TorchSharp;

namespace SleapNn.Checkpoints;

/// <summary>Turns the tensors that a pickle describes into tensors on the CPU. Each storage is read once.</summary>
internal sealed class TensorReader
{
    private readonly StoredZipReader archive;
    private readonly string prefix;
    private readonly string path;
    private readonly Dictionary<string, (string TypeName, torch.Tensor Tensor)> storages = [];
    private readonly Dictionary<PickleTensor, torch.Tensor> tensors = new(ReferenceEqualityComparer.Instance);

    public TensorReader(StoredZipReader archive, string prefix, string path)
    {
        this.archive = archive;
        this.prefix = prefix;
        this.path = path;
    }

    /// <summary>A view of the storage that the description names.</summary>
    public torch.Tensor Read(PickleTensor description)
    {
        if (!tensors.TryGetValue(description, out var tensor))
        {
            RequireInside(description);
            using var storage = ReadStorage(description.Storage).alias();
            tensor = storage.as_strided(description.Sizes, description.Strides, description.Offset).DetachFromDisposeScope();
            tensors.Add(description, tensor);
        }

        return tensor;
    }

    /// <summary>Disposes what was read, for when the rest of the file turns out to be damaged.</summary>
    public void DisposeAll()
    {
        foreach (var tensor in tensors.Values)
        {
            tensor.Dispose();
        }

        DisposeStorages();
    }

    /// <summary>Lets go of the storages: those that a tensor views live on in it.</summary>
    public void DisposeStorages()
    {
        foreach (var (_, storage) in storages.Values)
        {
            storage.Dispose();
        }

        storages.Clear();
    }

    private torch.Tensor ReadStorage(PickleStorage storage)
    {
        if (storages.TryGetValue(storage.Key, out var known))
        {
            return known.TypeName == storage.TypeName && known.Tensor.numel() == storage.Count
                ? known.Tensor
                : throw CheckpointErrors.Damaged(path, $"storage '{storage.Key}' is described in two ways");
        }

        var type = StorageTypes.Find(storage.TypeName)
            ?? throw CheckpointErrors.Unsupported(path, $"storage '{storage.Key}' is a {storage.TypeName}, which holds no numbers of a model");
        var elementLength = type.ElementSize();
        if (!archive.TryGetLength(prefix + storage.Key, out var length) || storage.Count != length / elementLength
            || length % elementLength != 0 || length > int.MaxValue)
        {
            throw CheckpointErrors.Damaged(path, $"storage '{storage.Key}' does not have the {storage.Count} numbers that it should");
        }

        var tensor = torch.empty([storage.Count], type).DetachFromDisposeScope();
        storages.Add(storage.Key, (storage.TypeName, tensor));
        if (length > 0)
        {
            archive.Read(prefix + storage.Key, tensor.bytes);
        }

        return tensor;
    }

    private void RequireInside(PickleTensor tensor)
    {
        // Highest element that the view reaches, and how many it has; both must be possible before libtorch is asked.
        Int128 last = tensor.Offset;
        Int128 count = 1;
        for (var i = 0; i < tensor.Sizes.Length; i++)
        {
            count *= tensor.Sizes[i];
            last += (Int128)Math.Max(0, tensor.Sizes[i] - 1) * tensor.Strides[i];
            if (count > long.MaxValue || last > long.MaxValue)
            {
                throw Outside();
            }
        }

        // A view that repeats its storage takes no memory itself, but what reads it would.
        var fits = count == 0 || (tensor.Offset >= 0 && last < tensor.Storage.Count && count <= Math.Max(archive.FileLength, 1));
        if (!fits || tensor.Offset < 0)
        {
            throw Outside();
        }

        ModelException Outside() => CheckpointErrors.Damaged(path, $"a tensor reaches outside its storage '{tensor.Storage.Key}'");
    }
}
