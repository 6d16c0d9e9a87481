using System.Collections.Concurrent;
using SleapNn.Media;
using SleapNn.Preprocessing;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Training;

/// <summary>
/// Decodes frames and keeps as many as its budget allows, so that small data sets are decoded once. What is kept stays
/// kept: training visits all frames in turn, and for that throwing out the oldest would be the worst choice. Safe for
/// use by several threads; frames of one video are decoded one at a time.
/// </summary>
public sealed class FrameCache : IDisposable
{
    private readonly ConcurrentDictionary<(SleapVideo Video, int Frame), Tensor> kept = new();
    private readonly ConcurrentDictionary<SleapVideo, Lazy<IFrameSource>> sources = new();
    private readonly int? channels;
    private IReadOnlyDictionary<(SleapVideo Video, int Frame), string> files = new Dictionary<(SleapVideo, int), string>();
    private bool usesExistingFiles;
    private long bytesLeft;

    /// <summary>Creates a cache.</summary>
    /// <param name="channels">1 converts to grey, 3 to RGB; null keeps what the frames have.</param>
    /// <param name="budgetBytes">How much memory the kept frames may take.</param>
    public FrameCache(int? channels, long budgetBytes)
    {
        this.channels = channels;
        bytesLeft = budgetBytes;
    }

    /// <summary>How many frames are kept.</summary>
    public int Count => kept.Count;

    /// <summary>Keeps frames as image files from now on; PNG loses nothing.</summary>
    /// <param name="paths">The file of each frame.</param>
    /// <param name="usesExisting">Whether files that are there already are used as they are, rather than written anew.</param>
    public void KeepAsFiles(IReadOnlyDictionary<(SleapVideo Video, int Frame), string> paths, bool usesExisting) =>
        (files, usesExistingFiles) = (paths, usesExisting);

    /// <summary>Whether a frame is in the cache, so that its video need not be read.</summary>
    /// <param name="frame">The labelled frame.</param>
    /// <returns>True where it is kept, or is to be taken from a file that is there.</returns>
    public bool IsKept(LabeledFrame frame) => files.TryGetValue((frame.Video, frame.FrameIndex), out var path)
        ? usesExistingFiles && File.Exists(path)
        : kept.ContainsKey((frame.Video, frame.FrameIndex));

    /// <summary>Puts a frame into the cache.</summary>
    /// <param name="frame">The labelled frame.</param>
    /// <param name="image">What <see cref="Read"/> gave for it.</param>
    public void Keep(LabeledFrame frame, ImageFrame image)
    {
        using var scope = NewDisposeScope();
        if (files.TryGetValue((frame.Video, frame.FrameIndex), out var path))
        {
            AtomicFile.Write(path, stream => stream.Write(Picture.Encode(image)));
        }
        else
        {
            Keep(frame, ToTensor(image));
        }
    }

    /// <summary>How many bytes a frame of a video takes as it is kept.</summary>
    /// <param name="video">The video.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="MediaException">The video cannot be opened.</exception>
    public long BytesOf(SleapVideo video)
    {
        var (height, width, own) = SizeOf(video);
        return (long)height * width * (channels ?? own);
    }

    /// <summary>Gives a frame, 8-bit (1, channels, height, width) on the CPU. The cache may own it: do not change or dispose of it; one that is not kept belongs to the current dispose scope.</summary>
    /// <param name="frame">The labelled frame.</param>
    /// <returns>The frame.</returns>
    /// <exception cref="MediaException">The frame cannot be read.</exception>
    public Tensor Get(LabeledFrame frame)
    {
        var key = (frame.Video, frame.FrameIndex);
        if (kept.TryGetValue(key, out var known))
        {
            return known;
        }

        return Keep(frame, Decode(frame));
    }

    private Tensor Keep(LabeledFrame frame, Tensor decoded)
    {
        if (Interlocked.Add(ref bytesLeft, -decoded.numel()) < 0)
        {
            Interlocked.Add(ref bytesLeft, decoded.numel());
            return decoded;
        }

        // A tensor made of an array pins the array where it is, between arrays that are thrown away; a copy is torch's own.
        var own = decoded.clone().DetachFromDisposeScope();
        var winner = kept.GetOrAdd((frame.Video, frame.FrameIndex), own);
        if (!ReferenceEquals(winner, own))
        {
            Interlocked.Add(ref bytesLeft, own.numel());
            own.Dispose();
        }

        return winner;
    }

    /// <summary>Reads a frame as it is in its video.</summary>
    /// <param name="frame">The labelled frame.</param>
    /// <returns>The frame.</returns>
    /// <exception cref="MediaException">The frame cannot be read.</exception>
    public ImageFrame Read(LabeledFrame frame)
    {
        var source = SourceOf(frame.Video);
        lock (source)
        {
            return source.Read(frame.FrameIndex);
        }
    }

    /// <summary>The size of a video's frames.</summary>
    /// <param name="video">The video.</param>
    /// <returns>Height, width and channels.</returns>
    /// <exception cref="MediaException">The video cannot be opened.</exception>
    public (int HeightPx, int WidthPx, int Channels) SizeOf(SleapVideo video)
    {
        var source = SourceOf(video);
        return (source.HeightPx, source.WidthPx, source.Channels);
    }

    /// <summary>Disposes of the frames and closes the videos.</summary>
    public void Dispose()
    {
        foreach (var frame in kept.Values)
        {
            frame.Dispose();
        }

        foreach (var source in sources.Values.Where(s => s.IsValueCreated))
        {
            source.Value.Dispose();
        }

        kept.Clear();
        sources.Clear();
    }

    private Tensor Decode(LabeledFrame frame)
    {
        if (!files.TryGetValue((frame.Video, frame.FrameIndex), out var path))
        {
            return ToTensor(Read(frame));
        }

        try
        {
            return ToTensor(Picture.Decode(File.ReadAllBytes(path)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // A run that shares the folder may have ended and deleted it.
            return ToTensor(Read(frame));
        }
    }

    private Tensor ToTensor(ImageFrame pixels)
    {
        using var scope = NewDisposeScope();
        var image = ImageOps.ToTensor(pixels);
        return (channels is { } count ? ImageOps.EnsureChannels(image, count) : image).MoveToOuterDisposeScope();
    }

    // Lazy, so that two threads that ask at once do not open a video twice.
    private IFrameSource SourceOf(SleapVideo video) => sources.GetOrAdd(video, v => new Lazy<IFrameSource>(() => FrameSource.Open(v))).Value;
}
