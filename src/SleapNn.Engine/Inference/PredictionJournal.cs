using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using SleapNn.Checkpoints;

namespace SleapNn.Inference;

/// <summary>
/// Predicted frames on the disk while a prediction runs: a header that says what is predicted, then blocks of finished
/// frames, each with its length and checksum. A run that is killed leaves whole blocks, and perhaps a torn last one, which
/// is cut off when the journal is opened again. Frames are read one by one, however many there are.
/// </summary>
internal sealed class PredictionJournal : IDisposable
{
    private const int LargestBlock = 1 << 18;
    private static readonly byte[] Magic = "SleapNn1"u8.ToArray();
    private static readonly TimeSpan BetweenBlocks = TimeSpan.FromSeconds(1);

    private readonly FileStream stream;
    private readonly MemoryStream open = new();
    private readonly BinaryWriter writer;
    private DateTime lastBlock = DateTime.UtcNow;

    private PredictionJournal(FileStream stream, JsonObject header)
    {
        this.stream = stream;
        Header = header;
        writer = new BinaryWriter(open);
    }

    /// <summary>What is predicted, and how.</summary>
    public JsonObject Header { get; }

    /// <summary>How many frames were added.</summary>
    public long FrameCount { get; private set; }

    /// <summary>How many animals are in them.</summary>
    public long InstanceCount { get; private set; }

    /// <summary>How many points these have.</summary>
    public long PointCount { get; private set; }

    /// <summary>Begins a journal; one that is there is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">What is predicted, and how.</param>
    /// <returns>The journal; it holds the file open for itself.</returns>
    public static PredictionJournal Create(string path, JsonObject header)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var journal = new PredictionJournal(OpenFile(path, FileMode.Create), header);
        journal.stream.Write(Magic);
        journal.WriteBlock(Encoding.UTF8.GetBytes(header.ToJsonString()));
        return journal;
    }

    /// <summary>Opens a journal that a run left behind, to add to it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The journal, without what was torn at its end.</returns>
    /// <exception cref="PredictionException">The file is no journal (JournalUnreadable), or a run that goes on has it open (JournalBusy).</exception>
    public static PredictionJournal Open(string path)
    {
        var stream = OpenFile(path, FileMode.Open);
        try
        {
            var magic = new byte[Magic.Length];
            var header = stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.AsSpan().SequenceEqual(Magic) && ReadBlock(stream) is { } json
                ? JsonNode.Parse(json) as JsonObject
                : null;
            if (header is null)
            {
                throw new PredictionException("JournalUnreadable", $"'{path}' holds no unfinished prediction that can be read. Delete it and predict again.", path);
            }

            var journal = new PredictionJournal(stream, header);
            var end = stream.Position;
            while (ReadBlock(stream) is { } block)
            {
                journal.Count(block);
                end = stream.Position;
            }

            stream.SetLength(end);
            stream.Position = end;
            return journal;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Adds a frame. It is on the disk about a second later, or after <see cref="Flush"/>.</summary>
    /// <param name="target">The number of its video among those of the run.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="trackOf">The number of a track; -1 for none.</param>
    public void Add(int target, LabeledFrame frame, Func<Track?, int> trackOf)
    {
        writer.Write(target);
        writer.Write(frame.FrameIndex);
        writer.Write(frame.Instances.Count);
        foreach (var instance in frame.Instances)
        {
            writer.Write(trackOf(instance.Track));
            writer.Write(instance.Score);
            writer.Write(instance.TrackingScore);
            writer.Write(instance.Points.Length);
            foreach (var point in instance.Points)
            {
                writer.Write(point.X);
                writer.Write(point.Y);
                writer.Write(point.Score);
                writer.Write(point.Visible);
            }

            PointCount += instance.Points.Length;
        }

        FrameCount++;
        InstanceCount += frame.Instances.Count;
        if (open.Length >= LargestBlock || DateTime.UtcNow - lastBlock >= BetweenBlocks)
        {
            Flush();
        }
    }

    /// <summary>Brings all frames to the disk.</summary>
    public void Flush()
    {
        if (open.Length > 0)
        {
            WriteBlock(open.GetBuffer().AsSpan(0, (int)open.Length));
            open.SetLength(0);
        }

        lastBlock = DateTime.UtcNow;
    }

    /// <summary>Reads the frames that were added, from the first; none may be added meanwhile.</summary>
    /// <param name="videoOf">The video of a number.</param>
    /// <param name="skeleton">The skeleton of all animals.</param>
    /// <param name="trackOf">The track of a number.</param>
    /// <returns>The frames, with the number of their video.</returns>
    public IEnumerable<(int Target, LabeledFrame Frame)> Read(Func<int, SleapVideo> videoOf, Skeleton skeleton, Func<int, Track> trackOf)
    {
        Flush();
        stream.Position = Magic.Length;
        ReadBlock(stream);
        while (ReadBlock(stream) is { } block)
        {
            using var reader = new BinaryReader(new MemoryStream(block));
            while (reader.BaseStream.Position < block.Length)
            {
                var target = reader.ReadInt32();
                var frame = new LabeledFrame(videoOf(target), reader.ReadInt32());
                for (var left = reader.ReadInt32(); left > 0; left--)
                {
                    frame.Instances.Add(ReadInstance(reader, skeleton, trackOf));
                }

                yield return (target, frame);
            }
        }

        stream.Position = stream.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        writer.Dispose();
        stream.Dispose();
    }

    private static PoseInstance ReadInstance(BinaryReader reader, Skeleton skeleton, Func<int, Track> trackOf)
    {
        var track = reader.ReadInt32();
        var (score, trackingScore) = (reader.ReadDouble(), reader.ReadDouble());
        var points = new PosePoint[reader.ReadInt32()];
        for (var i = 0; i < points.Length; i++)
        {
            var (x, y, value) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
            points[i] = new PosePoint(x, y, Visible: reader.ReadBoolean(), Score: value);
        }

        return new PoseInstance(skeleton, points, InstanceKind.Predicted)
        {
            Track = track < 0 ? null : trackOf(track),
            Score = score,
            TrackingScore = trackingScore,
        };
    }

    private static FileStream OpenFile(string path, FileMode mode)
    {
        try
        {
            return new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw File.Exists(path)
                ? new PredictionException("JournalBusy", $"'{path}' cannot be opened: a prediction that is still running writes to it, or it may not be changed. {error.Message}", path, error)
                : new PredictionException("OutputAccess", $"'{path}' cannot be written: {error.Message}", path, error);
        }
    }

    private static byte[]? ReadBlock(FileStream stream)
    {
        Span<byte> numbers = stackalloc byte[8];
        if (stream.ReadAtLeast(numbers, 8, throwOnEndOfStream: false) < 8)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(numbers);
        if (length < 0 || length > stream.Length - stream.Position)
        {
            return null;
        }

        var block = new byte[length];
        stream.ReadExactly(block);
        return Crc32.Append(0, block) == BinaryPrimitives.ReadUInt32LittleEndian(numbers[4..]) ? block : null;
    }

    private void WriteBlock(ReadOnlySpan<byte> block)
    {
        Span<byte> numbers = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(numbers, block.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(numbers[4..], Crc32.Append(0, block));
        stream.Write(numbers);
        stream.Write(block);
        stream.Flush(flushToDisk: true);
    }

    private void Count(byte[] block)
    {
        using var reader = new BinaryReader(new MemoryStream(block));
        while (reader.BaseStream.Position < block.Length)
        {
            reader.BaseStream.Position += 8;
            var instances = reader.ReadInt32();
            FrameCount++;
            InstanceCount += instances;
            for (; instances > 0; instances--)
            {
                reader.BaseStream.Position += 4 + 8 + 8;
                var points = reader.ReadInt32();
                PointCount += points;
                reader.BaseStream.Position += points * 25L;
            }
        }
    }
}
