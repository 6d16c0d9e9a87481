using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using SleapNn.Checkpoints;
using TorchSharp;

namespace SleapNn.Tests.Checkpoints;

/// <summary>
/// Damaged and hostile checkpoints are read or refused, in bounded time and memory. SLEAPNN_MUTATIONS says how many are
/// tried; the task Fuzz tries 10,000 of each.
/// </summary>
[Trait("Category", "Fuzz")]
public sealed class CheckpointMutationTests : TorchTest
{
    private const string Operations = "(0].}()lotutsaeubNKMJGXqrhj\u0080\u0081\u0085\u0086\u0087\u0088\u0089\u008a}](tRQcu.";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly int Count = int.TryParse(Environment.GetEnvironmentVariable("SLEAPNN_MUTATIONS"), CultureInfo.InvariantCulture, out var given) ? given : 500;

    private static readonly string[] Globals =
    [
        "torch._utils\n_rebuild_tensor_v2\n", "collections\nOrderedDict\n", "torch\nFloatStorage\n", "torch\nLongStorage\n", "posix\nsystem\n",
        "builtins\neval\n", "builtins\ngetattr\n", "omegaconf.dictconfig\nDictConfig\n", "pathlib\nPosixPath\n", "numpy\nndarray\n", "torch\nSize\n",
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-mutations-").FullName;

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Mutated_files_are_read_or_refused()
    {
        var path = Path.Combine(folder, "original.ckpt");
        using (var checkpoint = Sample())
        {
            CheckpointFile.Write(path, checkpoint);
        }

        var original = File.ReadAllBytes(path);
        Assert.InRange(original.Length, 100_000, 400_000);
        var random = new Random(1);
        var refused = Run(original.Length, i => Mutate(original, random, keepChecksums: i % 2 == 0));
        Assert.InRange(refused, Count / 4, Count);
    }

    [Fact]
    public void Pickles_of_random_operations_are_read_or_refused()
    {
        var random = new Random(2);
        var refused = Run(100_000, _ =>
        {
            using var stream = new MemoryStream();
            using (var zip = new StoredZipWriter(stream, "random"))
            {
                zip.Add("data.pkl", RandomPickle(random));
                zip.Add("data/0", new byte[90_000]);
            }

            return stream.ToArray();
        });
        Assert.InRange(refused, Count / 2, Count);
    }

    private static Checkpoint Sample()
    {
        var checkpoint = new Checkpoint
        {
            Epoch = 3,
            GlobalStep = 70_000,
            LightningVersion = "2.5.1",
            OptimizerStates =
            [
                new OrderedMap<object, object?>
                {
                    ["state"] = new OrderedMap<object, object?> { [0L] = new OrderedMap<object, object?> { ["step"] = torch.tensor(3f), ["exp_avg"] = torch.rand(3, 4) } },
                    ["param_groups"] = new List<object?> { new OrderedMap<object, object?> { ["lr"] = 1e-4, ["betas"] = new object?[] { 0.9, 0.999 }, ["params"] = new List<object?> { 0L, 1L } } },
                },
            ],
        };
        var big = torch.rand(100, 200);
        checkpoint.StateDict["model.a"] = big;
        checkpoint.StateDict["model.b"] = big.t();
        checkpoint.StateDict["model.c"] = torch.arange(5000);
        checkpoint.StateDict["model.d"] = torch.rand(33, 7).to(torch.bfloat16);
        checkpoint.StateDict["model.e"] = torch.rand(9).to(torch.float16);
        checkpoint.StateDict["model.f"] = torch.rand(3, 1).to(torch.float64);
        checkpoint.Extra["list"] = new List<object?> { 1L, 2.5, "x", null, true, 1L << 40 };
        return checkpoint;
    }

    /// <summary>Reads <see cref="Count"/> files and gives how many were refused.</summary>
    private int Run(int length, Func<int, byte[]> make)
    {
        var path = Path.Combine(folder, "tried.ckpt");
        var refused = 0;
        var peak = 0L;
        for (var i = 0; i < Count; i++)
        {
            File.WriteAllBytes(path, make(i));
            var watch = Stopwatch.StartNew();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var held = 0L;
            try
            {
                using var read = CheckpointFile.Read(path);
                held = read.StateDict.Values.Select(tensor => tensor.numel() * tensor.element_size()).DefaultIfEmpty().Max();
            }
            catch (ModelException)
            {
                refused++;
            }

            // torch's memory is not the collector's: a tensor is a view of a storage, which is no larger than its record.
            var taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(watch.Elapsed < Limit, $"File {i} took {watch.Elapsed}.");
            Assert.True(taken <= 4L * length, $"File {i} took {taken} bytes.");
            Assert.True(held <= 4L * length, $"File {i} made a tensor of {held} bytes.");
            if (i == Count / 10)
            {
                peak = PeakMemory();
            }
        }

        // Once it is warm, the process does not grow with the number of files.
        Assert.True(PeakMemory() - peak < 64 << 20, $"The process grew by {(PeakMemory() - peak) >> 20} MB.");
        return refused;
    }

    private static long PeakMemory() => OperatingSystem.IsLinux()
        ? 1024 * long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture)
        : 0;

    private static byte[] Mutate(byte[] original, Random random, bool keepChecksums)
    {
        var bytes = (byte[])original.Clone();
        var pickleLength = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(18));
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            // The pickle starts at byte 64; a third each there, in the zip's own tables at the end, and anywhere.
            var at = random.Next(3) switch
            {
                0 => 64 + random.Next(pickleLength),
                1 => bytes.Length - 1 - random.Next(2000),
                _ => random.Next(bytes.Length),
            };
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    // A length or an offset that is too large.
                    bytes.AsSpan(at, Math.Min(4, bytes.Length - at)).Fill(0xff);
                    break;
                default:
                    var from = random.Next(bytes.Length);
                    var count = Math.Min(random.Next(1, 40), bytes.Length - Math.Max(at, from));
                    bytes.AsSpan(from, count).ToArray().CopyTo(bytes, at);
                    break;
            }
        }

        if (keepChecksums)
        {
            FixChecksum(bytes);
            return bytes;
        }

        return random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    /// <summary>Writes the right checksum of the first record to the directory, so that the pickle itself is reached.</summary>
    private static void FixChecksum(byte[] bytes)
    {
        var length = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(18)), (uint)bytes.Length - 64);
        var directory = bytes.AsSpan().IndexOf("PK\u0001\u0002"u8);
        if (directory >= 0 && directory + 20 <= bytes.Length)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(directory + 16), Crc32.Append(0, bytes.AsSpan(64, length)));
        }
    }

    /// <summary>A pickle that starts as a checkpoint does and goes on with operations that the reader knows, in no order.</summary>
    private static byte[] RandomPickle(Random random)
    {
        using var output = new MemoryStream();
        output.Write([0x80, 2, (byte)'}', (byte)'(', (byte)'X', 10, 0, 0, 0]);
        output.Write("state_dict}("u8);
        for (var i = random.Next(5, 200); i > 0; i--)
        {
            var operation = Operations[random.Next(Operations.Length)];
            if (operation == '.' && i > 1)
            {
                continue;
            }

            output.WriteByte((byte)operation);
            var bytes = new byte[8];
            random.NextBytes(bytes);
            switch (operation)
            {
                case 'c':
                    output.Write(System.Text.Encoding.ASCII.GetBytes(Globals[random.Next(Globals.Length)]));
                    break;
                case 'X':
                    var length = random.Next(20) == 0 ? random.Next() : random.Next(6);
                    output.Write(BitConverter.GetBytes(length));
                    output.Write(new byte[Math.Min(length, 6)]);
                    break;
                case 'q' or 'h':
                    output.WriteByte((byte)random.Next(4));
                    break;
                case '\u0080':
                    output.WriteByte(2);
                    break;
                case '\u008a':
                    var size = random.Next(9);
                    output.WriteByte((byte)size);
                    output.Write(bytes.AsSpan(0, size));
                    break;
                default:
                    output.Write(bytes.AsSpan(0, operation switch { 'K' => 1, 'M' => 2, 'J' or 'r' or 'j' => 4, 'G' => 8, _ => 0 }));
                    break;
            }
        }

        output.WriteByte((byte)'.');
        return output.ToArray();
    }
}
