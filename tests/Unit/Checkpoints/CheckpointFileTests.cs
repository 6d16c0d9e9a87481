using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Numerics;
using System.Text;
using SleapNn.Checkpoints;
using SleapNn.Models;
using TorchSharp;

namespace SleapNn.Tests.Checkpoints;

public sealed class CheckpointFileTests : TorchTest
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-checkpoints-").FullName;

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [SharedFact]
    public void A_checkpoint_of_sleap_nn_is_read()
    {
        using var checkpoint = CheckpointFile.Read(SharedData.PathTo("data", "models", "minimal_instance_single_instance", "best.ckpt"));

        Assert.Equal(93, checkpoint.Epoch);
        Assert.Equal(18800, checkpoint.GlobalStep);
        Assert.Equal("2.5.1.post0", checkpoint.LightningVersion);
        Assert.Equal(14, checkpoint.StateDict.Count);
        Assert.Equal("model.backbone.encoders.0.encoder_stack.0.blocks.stack0_enc0_conv0.weight", checkpoint.StateDict.Keys.First());
        Assert.Empty(checkpoint.Extra);
    }

    [SharedTheory]
    [InlineData("data/models/minimal_instance_bottomup")]
    [InlineData("data/models/minimal_instance_multiclass_centered_instance")]
    [InlineData("reference/backbones/swint_centroid")]
    [InlineData("reference/backbones/convnext_mctopdown")]
    public void A_written_checkpoint_gives_back_every_weight(string model)
    {
        var path = Path.Combine(folder, "best.ckpt");
        using var original = CheckpointFile.Read(SharedData.PathTo([.. model.Split('/'), "best.ckpt"]));
        CheckpointFile.Write(path, original);
        using var copy = CheckpointFile.Read(path);

        Assert.Equal(original.StateDict.Keys, copy.StateDict.Keys);
        Assert.All(original.StateDict, entry => AssertSame(entry.Value, copy.StateDict[entry.Key]));
        Assert.Equal((original.Epoch, original.GlobalStep), (copy.Epoch, copy.GlobalStep));
        Assert.Equal(original.GlobalStep, Follow(copy.Loops, "fit_loop", "epoch_loop.state_dict", "_batches_that_stepped"));
    }

    [SharedTheory]
    [InlineData("data/models/minimal_instance_bottomup")]
    [InlineData("reference/backbones/swint_centroid")]
    public void A_state_dict_is_pickled_with_the_operations_of_python(string model)
    {
        var path = Path.Combine(folder, "best.ckpt");
        var originalPath = SharedData.PathTo([.. model.Split('/'), "best.ckpt"]);
        using var original = CheckpointFile.Read(originalPath);
        CheckpointFile.Write(path, original);

        // From the first weight to the last: the same operations, memo indices and places of the tensors apart.
        Assert.Equal(OperationsOfWeights(originalPath), OperationsOfWeights(path));
    }

    [Fact]
    public void Data_of_every_kind_survive()
    {
        var path = Path.Combine(folder, "all.ckpt");
        var shared = new List<object?> { 1L };
        var state = new OrderedMap<object, object?>
        {
            [0L] = new OrderedMap<object, object?> { ["step"] = torch.tensor(3f), ["exp_avg"] = torch.rand(3, 4), ["max"] = null },
        };
        using var checkpoint = new Checkpoint
        {
            Epoch = 7,
            GlobalStep = 5_000_000_000,
            OptimizerStates =
            [
                new OrderedMap<object, object?>
                {
                    ["state"] = state,
                    ["param_groups"] = new List<object?> { new OrderedMap<object, object?> { ["lr"] = 1e-4, ["betas"] = new object?[] { 0.9, 0.999 }, ["amsgrad"] = true } },
                },
            ],
            LrSchedulers = [new OrderedMap<object, object?> { ["best"] = double.PositiveInfinity, ["num_bad_epochs"] = 0L }],
            Callbacks = new OrderedMap<object, object?> { ["EarlyStopping{}"] = new OrderedMap<object, object?> { ["wait_count"] = -3L } },
            Extra = new OrderedMap<string, object?>
            {
                ["numbers"] = new List<object?> { 0L, 255L, 256L, 65535L, 65536L, -1L, int.MaxValue + 1L, long.MinValue, BigInteger.Pow(2, 100), -BigInteger.Pow(2, 64) },
                ["text"] = "Grüße \n 日本 \0",
                ["empty"] = new object?[] { new List<object?>(), new OrderedMap<object, object?>(), Array.Empty<object?>() },
                ["tuples"] = new List<object?> { new object?[] { 1L }, new object?[] { 1L, 2L, 3L }, new object?[] { 1L, 2L, 3L, 4L } },
                ["twice"] = new List<object?> { shared, shared },
                ["long"] = Enumerable.Range(0, 2500).Select(i => (object?)(long)i).ToList(),
            },
        };
        CheckpointFile.Write(path, checkpoint);
        using var copy = CheckpointFile.Read(path);

        Assert.Equal(5_000_000_000, copy.GlobalStep);
        Assert.Equal(3f, ((torch.Tensor)Follow(copy.OptimizerStates[0], "state", 0L, "step")!).item<float>());
        Assert.Empty(((torch.Tensor)Follow(copy.OptimizerStates[0], "state", 0L, "step")!).shape);
        Assert.Equal([0.9, 0.999], (object?[])Follow(((List<object?>)Follow(copy.OptimizerStates[0], "param_groups")!)[0], "betas")!);
        Assert.Equal(double.PositiveInfinity, Follow(copy.LrSchedulers[0], "best"));
        Assert.Equal(-3L, Follow(copy.Callbacks, "EarlyStopping{}", "wait_count"));
        foreach (var name in new[] { "numbers", "text", "empty", "tuples", "long" })
        {
            Assert.Equivalent(checkpoint.Extra[name], copy.Extra[name], strict: true);
        }

        var twice = (List<object?>)copy.Extra["twice"]!;
        Assert.Same(twice[0], twice[1]);
    }

    [Theory]
    [InlineData(torch.ScalarType.Float32)]
    [InlineData(torch.ScalarType.Float64)]
    [InlineData(torch.ScalarType.Float16)]
    [InlineData(torch.ScalarType.BFloat16)]
    [InlineData(torch.ScalarType.Int64)]
    [InlineData(torch.ScalarType.Int32)]
    [InlineData(torch.ScalarType.Int16)]
    [InlineData(torch.ScalarType.Int8)]
    [InlineData(torch.ScalarType.Byte)]
    [InlineData(torch.ScalarType.Bool)]
    public void Tensors_of_every_type_survive(torch.ScalarType type)
    {
        var path = Path.Combine(folder, "types.ckpt");
        using var checkpoint = new Checkpoint();
        checkpoint.StateDict["plain"] = torch.arange(24).remainder(2).view(2, 3, 4).to(type);
        checkpoint.StateDict["turned"] = torch.arange(6).view(2, 3).to(type).t();
        checkpoint.StateDict["scalar"] = torch.ones([]).to(type);
        checkpoint.StateDict["none"] = torch.zeros(0, 3).to(type);
        CheckpointFile.Write(path, checkpoint);
        using var copy = CheckpointFile.Read(path);

        Assert.All(checkpoint.StateDict, entry => AssertSame(entry.Value, copy.StateDict[entry.Key]));
    }

    [Fact]
    public void Views_of_one_storage_are_read_by_their_strides()
    {
        // Two tensors in one storage of 0..11: columns 1 and 2 turned, and a row repeated by a stride of zero.
        var storage = Enumerable.Range(0, 12).SelectMany(i => BitConverter.GetBytes((float)i)).ToArray();
        var path = WriteRaw(
            new PickleText().StateDict(("turned", "FloatStorage", 12, 1, [2, 3], [1, 4]), ("repeated", "FloatStorage", 12, 4, [2, 4], [0, 1])),
            ("data/0", storage));
        using var checkpoint = CheckpointFile.Read(path);

        Assert.Equal([1, 5, 9, 2, 6, 10], checkpoint.StateDict["turned"].contiguous().data<float>().ToArray());
        Assert.Equal([4, 5, 6, 7, 4, 5, 6, 7], checkpoint.StateDict["repeated"].contiguous().data<float>().ToArray());

        // What is shared stays shared.
        checkpoint.StateDict["turned"].fill_(0);
        Assert.Equal([4, 0, 0, 7, 4, 0, 0, 7], checkpoint.StateDict["repeated"].contiguous().data<float>().ToArray());
    }

    [Theory]
    [InlineData(12, 1, new long[] { 3, 4 }, new long[] { 4, 1 })] // one element too far
    [InlineData(12, 0, new long[] { long.MaxValue, 2 }, new long[] { 0, 0 })] // more elements than there are numbers
    [InlineData(12, 0, new long[] { 1_000_000_000_000 }, new long[] { 0 })] // a terabyte out of nothing
    [InlineData(12, 0, new long[] { 2 }, new long[] { long.MaxValue })] // overflow of the reach
    [InlineData(13, 0, new long[] { 3 }, new long[] { 1 })] // a storage that is longer than its record
    public void Tensors_outside_their_storage_are_refused(long count, long offset, long[] sizes, long[] strides)
    {
        var path = WriteRaw(new PickleText().StateDict(("t", "FloatStorage", count, offset, sizes, strides)), ("data/0", new byte[48]));

        Assert.Equal("CheckpointDamaged", Assert.Throws<ModelException>(() => CheckpointFile.Read(path)).ErrorId);
    }

    [Theory]
    [InlineData("posix", "system")]
    [InlineData("os", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("builtins", "getattr")]
    [InlineData("__builtin__", "exec")]
    [InlineData("subprocess", "Popen")]
    [InlineData("torch", "load")]
    [InlineData("torch._utils", "_rebuild_tensor_v2.__globals__")]
    [InlineData("collections", "OrderedDict.__class__")]
    public void Other_names_are_refused(string module, string name)
    {
        var marker = Path.Combine(folder, "ran");
        var path = WriteRaw(new PickleText().Call(module, name, $"touch {marker}"));

        var error = Assert.Throws<ModelException>(() => CheckpointFile.Read(path));
        Assert.Equal("CheckpointUnsafe", error.ErrorId);
        Assert.Contains($"{module}.{name}", error.Message);
        Assert.False(File.Exists(marker));
    }

    [Fact]
    public void Names_on_the_list_are_never_called()
    {
        // pathlib and numpy are on the list as names of opaque objects only.
        var path = WriteRaw(new PickleText().Call("numpy.testing._private.utils", "runstring", "import os"));

        Assert.Equal("CheckpointDamaged", Assert.Throws<ModelException>(() => CheckpointFile.Read(path)).ErrorId);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("]")]
    public void Deep_nesting_is_refused(string operation)
    {
        var pickle = new PickleText().Raw("}X\u0001\0\0\0a").Raw(string.Concat(Enumerable.Repeat(operation, 500_000)));
        if (operation == "]")
        {
            pickle.Raw(string.Concat(Enumerable.Repeat("a", 499_999))).Raw("s");
        }

        Assert.Equal("CheckpointDamaged", Assert.Throws<ModelException>(() => CheckpointFile.Read(WriteRaw(pickle.End()))).ErrorId);
    }

    [Fact]
    public void A_list_that_contains_itself_is_refused()
    {
        var pickle = new PickleText().Raw("}X\u0001\0\0\0a]q\u0001h\u0001as").End();

        Assert.Equal("CheckpointDamaged", Assert.Throws<ModelException>(() => CheckpointFile.Read(WriteRaw(pickle))).ErrorId);
    }

    [Fact]
    public void Lists_of_lists_of_the_same_list_take_no_time()
    {
        // Fifty levels of a list of two references to the level below: 2^50 leaves, if they were walked one by one.
        var pickle = new PickleText().Raw("}X\u0001\0\0\0x]q\0");
        for (var level = 1; level <= 50; level++)
        {
            pickle.Raw($"0](h{(char)(level - 1)}h{(char)(level - 1)}eq{(char)level}".Replace("0]", "]"));
        }

        var watch = Stopwatch.StartNew();
        Assert.Throws<ModelException>(() => CheckpointFile.Read(WriteRaw(pickle.Raw("s").End())));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Storages_are_found_in_any_order()
    {
        // Two storages whose records come in the other order, with others that nothing refers to between them.
        var state = new OrderedMap<object, object?>
        {
            ["first"] = torch.arange(6, dtype: torch.float32).view(2, 3),
            ["second"] = torch.arange(4, dtype: torch.int64),
        };
        var writer = new PickleWriter("order");
        writer.Write(new OrderedMap<object, object?> { ["state_dict"] = new PickleWriter.OrderedDict(state) });
        var path = Path.Combine(folder, "order.ckpt");
        using (var stream = File.Create(path))
        {
            using var zip = new StoredZipWriter(stream, "order");
            foreach (var (key, storage) in writer.Storages.Reverse())
            {
                zip.Add($"data/{key}", storage.bytes);
                zip.Add($"data/other{key}", new byte[100]);
            }

            zip.Add("version", "3\n"u8);
            zip.Add("data.pkl", writer.ToArray());
        }

        using var checkpoint = CheckpointFile.Read(path);
        Assert.All(checkpoint.StateDict, entry => AssertSame((torch.Tensor)state[entry.Key]!, entry.Value));
    }

    [Fact]
    public void Records_that_overlap_are_refused_before_they_take_memory()
    {
        // Every storage is 1 MB at the same place of the file, which has 1 MB in all.
        var tensors = Enumerable.Range(0, 400).Select(i => ($"t{i}", $"{i}")).ToArray();
        var pickle = new PickleText().Raw("}").Text("state_dict").Raw("}(");
        foreach (var (name, key) in tensors)
        {
            pickle.Text(name).Raw("ctorch._utils\n_rebuild_tensor_v2\n((").Text("storage").Raw("ctorch\nByteStorage\n").Text(key).Text("cpu")
                .Number(1 << 20).Raw("tQ").Number(0).Tuple([1 << 20]).Tuple([1]).Raw("\u0089ccollections\nOrderedDict\n)RtR");
        }

        var path = WriteRaw(pickle.Raw("us").End(), ("data/0", new byte[1 << 20]));
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, RepeatLastRecord(bytes, tensors.Length));
        Assert.Equal("CheckpointDamaged", Assert.Throws<ModelException>(() => CheckpointFile.Read(path)).ErrorId);
        var before = PeakMemory();
        Assert.Throws<ModelException>(() => CheckpointFile.Read(path));
        Assert.True(PeakMemory() - before < 16 << 20);
    }

    [Fact]
    public void Missing_and_foreign_files_are_named()
    {
        var foreign = Path.Combine(folder, "foreign.ckpt");
        File.WriteAllText(foreign, "not a checkpoint");

        Assert.Equal("CheckpointNotFound", Assert.Throws<ModelException>(() => CheckpointFile.Read(Path.Combine(folder, "absent.ckpt"))).ErrorId);
        Assert.Equal("CheckpointDamaged", Assert.Throws<ModelException>(() => CheckpointFile.Read(foreign)).ErrorId);
        using var opaque = new Checkpoint { Extra = new() { ["x"] = new object() } };
        Assert.Equal("CheckpointContentInvalid", Assert.Throws<ModelException>(() => CheckpointFile.Write(foreign, opaque)).ErrorId);
        Assert.Equal("not a checkpoint", File.ReadAllText(foreign));
    }

    [Fact]
    public void Records_start_at_multiples_of_64_and_are_stored()
    {
        var path = Path.Combine(folder, "name.ckpt");
        using (var checkpoint = new Checkpoint())
        {
            checkpoint.StateDict["a"] = torch.rand(5);
            CheckpointFile.Write(path, checkpoint);
        }

        using var archive = ZipFile.OpenRead(path);
        Assert.Equal(["name/data.pkl", "name/byteorder", "name/data/0", "name/version"], archive.Entries.Select(entry => entry.FullName));
        var bytes = File.ReadAllBytes(path);
        foreach (var entry in archive.Entries)
        {
            Assert.Equal(entry.Length, entry.CompressedLength);
            using var content = new MemoryStream();
            entry.Open().CopyTo(content);
            Assert.Equal(0, bytes.AsSpan().IndexOf(content.ToArray()) % 64);
        }
    }

    private static void AssertSame(torch.Tensor expected, torch.Tensor actual)
    {
        Assert.Equal(expected.dtype, actual.dtype);
        Assert.Equal(expected.shape, actual.shape);
        Assert.Equal(expected.contiguous().bytes.ToArray(), actual.contiguous().bytes.ToArray());
    }

    private static object? Follow(object? tree, params object[] keys) =>
        keys.Aggregate(tree, (branch, key) => ((OrderedMap<object, object?>)branch!)[key]);

    /// <summary>The largest memory of this process so far, in bytes; 0 where the system does not say.</summary>
    private static long PeakMemory() => OperatingSystem.IsLinux()
        ? 1024 * long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2])
        : 0;

    /// <summary>Adds entries "data/1", "data/2"... to a zip archive that all point to the record "data/0".</summary>
    private static byte[] RepeatLastRecord(byte[] bytes, int count)
    {
        var end = bytes.AsSpan(bytes.Length - 22).ToArray();
        var start = (int)BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(16));
        var directory = bytes.AsSpan(start, bytes.Length - 22 - start).ToArray();
        var last = directory.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        var output = new MemoryStream();
        output.Write(bytes.AsSpan(0, start));
        output.Write(directory);
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(end.AsSpan(10));
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(directory.AsSpan(last + 28));
        var root = Encoding.ASCII.GetString(directory, last + 46, nameLength)[..^1];
        for (var i = 1; i < count; i++)
        {
            var name = Encoding.ASCII.GetBytes(root + i);
            var entry = directory[last..(last + 46)];
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(28), (ushort)name.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(30), 0);
            output.Write(entry);
            output.Write(name);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)(entries + count - 1));
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)(entries + count - 1));
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)(output.Length - start));
        output.Write(end);
        return output.ToArray();
    }

    private static List<string> OperationsOfWeights(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        using var content = new MemoryStream();
        archive.Entries.First(entry => entry.Name == "data.pkl").Open().CopyTo(content);
        var all = PickleText.Operations(content.ToArray());
        var first = all.FindIndex(operation => operation.StartsWith("X model.", StringComparison.Ordinal));
        var last = all.FindLastIndex(operation => operation.StartsWith("X model.", StringComparison.Ordinal) && operation.EndsWith("bias", StringComparison.Ordinal));

        // The place that a tensor was on when it was saved is not kept: "mps" and "cpu" are the same here.
        return [.. all[first..last].Select(operation => operation == "X mps" ? "X cpu" : operation)];
    }

    private string WriteRaw(PickleText pickle, params (string Name, byte[] Content)[] records)
    {
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}.ckpt");
        using var stream = File.Create(path);
        using var zip = new StoredZipWriter(stream, "raw");
        zip.Add("data.pkl", pickle.ToArray());
        foreach (var (name, content) in records)
        {
            zip.Add(name, content);
        }

        return path;
    }
}
