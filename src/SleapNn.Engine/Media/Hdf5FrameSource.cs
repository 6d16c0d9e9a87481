using OpenCvSharp;
using PureHDF;
using PureHDF.Selections;
using PureHDF.VOL.Native;
using SleapNn.Runtime;

namespace SleapNn.Media;

/// <summary>
/// Frames inside an HDF5 file: encoded images as SLEAP embeds them (<c>videoN/video</c>, variable-length or zero-padded
/// rows of PNG or JPEG bytes, with <c>frame_numbers</c> beside them), or raw pixels of rank 4.
/// </summary>
internal sealed class Hdf5FrameSource : IFrameSource
{
    private readonly NativeFile file;
    private readonly IH5Dataset frames;
    private readonly Dictionary<int, int> rowOf;
    private readonly ulong[] shape;
    private readonly bool isEncoded;
    private readonly bool isStoredAsRgbMeantAsBgr;
    private readonly bool isChannelsFirst;
    private readonly long fileLength;

    /// <summary>Opens the frames; reads the first.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dataset">The dataset, or its group; null to look for the only one.</param>
    /// <param name="channels">1 or 3; null to decide by the first frame.</param>
    /// <param name="isChannelsFirst">Whether raw frames are stored as (channels, width, height) rather than (height, width, channels).</param>
    public Hdf5FrameSource(string path, string? dataset, int? channels, bool isChannelsFirst)
    {
        NativeLibraries.EnsureOpenCvLoaded();
        this.isChannelsFirst = isChannelsFirst;
        Name = dataset is null ? path : $"{path}:{dataset}";
        fileLength = new FileInfo(path).Length;
        file = Guard(path, "it is no HDF5 file, or it is damaged", () => OpenFile(path));
        try
        {
            (frames, var group) = Guard(Name, "its frames were not found", () => FindFrames(path, dataset));
            shape = Guard(Name, "its frames are damaged", () => frames.Space.Dimensions);
            isEncoded = shape.Length < 4;
            isStoredAsRgbMeantAsBgr = isEncoded && Guard(Name, "its attributes are damaged", IsLegacyChannelOrder);
            var indices = Guard(Name, "its frame numbers are damaged", () => FrameNumbers(group));
            FrameIndices = indices;
            rowOf = [];
            for (var row = 0; row < indices.Count; row++)
            {
                rowOf.TryAdd(indices[row], row);
            }

            if (indices.Count == 0)
            {
                throw FrameSource.Unreadable(Name, "it holds no frames.");
            }

            using var first = ReadPicture(indices[0]);
            (HeightPx, WidthPx) = (first.Rows, first.Cols);
            Channels = channels ?? (Samples.IsGrey(first) ? 1 : 3);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> FrameIndices { get; }

    /// <inheritdoc/>
    public int HeightPx { get; }

    /// <inheritdoc/>
    public int WidthPx { get; }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public ImageFrame Read(int frameIndex)
    {
        using var picture = ReadPicture(frameIndex);
        return Samples.ToFrame(picture, frameIndex, Channels, isRgb: !isEncoded || isStoredAsRgbMeantAsBgr);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private Mat ReadPicture(int frameIndex)
    {
        if (!rowOf.TryGetValue(frameIndex, out var row))
        {
            throw FrameSource.NoSuchFrame(this, frameIndex);
        }

        if (!isEncoded)
        {
            return Guard($"{Name}, frame {frameIndex}", "its pixels are damaged", () => ReadRaw(row));
        }

        var bytes = Guard($"{Name}, frame {frameIndex}", "its bytes are damaged", () => ReadEncoded(row));
        return Samples.Decode(bytes) ?? throw FrameSource.Unreadable($"{Name}, frame {frameIndex}", "it is no image, or it is damaged.");
    }

    private byte[] ReadEncoded(int row)
    {
        if (frames.Type.Class == H5DataTypeClass.VariableLength)
        {
            var rows = frames.Read<byte[][]>(new HyperslabSelection((ulong)row, 1));
            return rows[0];
        }

        CheckPlausible(shape[1]);
        return frames.Read<byte[]>(new HyperslabSelection(2, [(ulong)row, 0], [1, shape[1]]));
    }

    private Mat ReadRaw(int row)
    {
        var count = shape[1] * shape[2] * shape[3];
        CheckPlausible(count);
        var selection = new HyperslabSelection(4, [(ulong)row, 0, 0, 0], [1, shape[1], shape[2], shape[3]]);
        byte[] pixels;
        switch (frames.Type.Class, frames.Type.Size)
        {
            case (H5DataTypeClass.FixedPoint, 1):
                pixels = frames.Read<byte[]>(selection);
                break;
            case (H5DataTypeClass.FloatingPoint, 4):
                pixels = FromUnit(frames.Read<float[]>(selection));
                break;
            case (H5DataTypeClass.FloatingPoint, 8):
                pixels = FromUnit(Array.ConvertAll(frames.Read<double[]>(selection), v => (float)v));
                break;
            default:
                throw FrameSource.Unreadable(Name, $"its samples are {frames.Type.Class} of {frames.Type.Size} bytes; 8-bit and floating-point samples can be read.");
        }

        var (height, width, channels) = isChannelsFirst ? ((int)shape[3], (int)shape[2], (int)shape[1]) : ((int)shape[1], (int)shape[2], (int)shape[3]);
        if (channels is not (1 or 3))
        {
            throw FrameSource.Unreadable(Name, $"its frames have {channels} channels; 1 and 3 can be read.");
        }

        var picture = new Mat(height, width, channels == 1 ? MatType.CV_8UC1 : MatType.CV_8UC3);
        System.Runtime.InteropServices.Marshal.Copy(isChannelsFirst ? Transpose(pixels, height, width, channels) : pixels, 0, picture.Data, pixels.Length);
        return picture;
    }

    private (IH5Dataset Frames, IH5Group Group) FindFrames(string path, string? dataset)
    {
        if (dataset is not null)
        {
            if (!file.LinkExists(dataset))
            {
                throw FrameSource.Unreadable(path, $"it has no dataset '{dataset}'.");
            }

            return file.Get(dataset) switch
            {
                IH5Dataset found => (found, GroupOf(dataset)),
                IH5Group group when group.LinkExists("video") && group.Get("video") is IH5Dataset found => (found, group),
                _ => throw FrameSource.Unreadable(path, $"'{dataset}' is no dataset of frames."),
            };
        }

        var candidates = Candidates(file, file, depth: 0).ToList();
        return candidates.Count switch
        {
            1 => candidates[0],
            0 => throw FrameSource.Unreadable(path, "it holds labels or other data, but no frames. Give the video itself, or a labels file with embedded frames (.pkg.slp)."),
            _ => throw FrameSource.Unreadable(path, $"it holds the frames of {candidates.Count} videos. Import the labels and choose one of their videos."),
        };
    }

    private static IEnumerable<(IH5Dataset Frames, IH5Group Group)> Candidates(IH5Group root, IH5Group group, int depth)
    {
        foreach (var child in group.Children())
        {
            if (child is IH5Dataset dataset && (dataset.Space.Rank == 4 || (dataset.Name == "video" && !ReferenceEquals(root, group))))
            {
                yield return (dataset, group);
            }
            else if (child is IH5Group inner && depth < 8)
            {
                foreach (var found in Candidates(root, inner, depth + 1))
                {
                    yield return found;
                }
            }
        }
    }

    private IH5Group GroupOf(string dataset)
    {
        var slash = dataset.TrimEnd('/').LastIndexOf('/');
        return slash <= 0 ? file : (IH5Group)file.Get(dataset[..slash]);
    }

    private List<int> FrameNumbers(IH5Group group)
    {
        if (shape.Length == 0 || shape[0] > int.MaxValue)
        {
            throw FrameSource.Unreadable(Name, "its frames have no usable count.");
        }

        var count = (int)shape[0];
        if (!isEncoded || ReferenceEquals(group, file) || !group.LinkExists("frame_numbers"))
        {
            return [.. Enumerable.Range(0, count)];
        }

        var dataset = (IH5Dataset)group.Get("frame_numbers");
        CheckPlausible(dataset.Space.Dimensions.Aggregate(1UL, (a, b) => a * b));
        List<int> numbers = dataset.Type.Size switch
        {
            8 => [.. dataset.Read<long[]>().Select(n => checked((int)n))],
            4 => [.. dataset.Read<int[]>()],
            _ => throw FrameSource.Unreadable(Name, "its frame numbers are neither 32-bit nor 64-bit integers."),
        };
        return numbers.Count <= count ? numbers : throw FrameSource.Unreadable(Name, $"it has {numbers.Count} frame numbers for {count} frames.");
    }

    // Before format 1.4, RGB arrays went through OpenCV, which takes them for BGR: the images on disk have red and blue
    // swapped, and decoding them the same way swaps them back.
    private bool IsLegacyChannelOrder()
    {
        if (frames.AttributeExists("channel_order"))
        {
            return frames.Attribute("channel_order").Read<string>().Trim('\0', ' ') == "BGR";
        }

        return file.LinkExists("metadata")
            && file.Get("metadata") is { } metadata
            && metadata.AttributeExists("format_id")
            && metadata.Attribute("format_id").Read<double>() < 1.4;
    }

    private void CheckPlausible(ulong elementCount)
    {
        // Compressed frames can be larger than their file, but not without limit.
        if (elementCount > (ulong)fileLength * 1032 + 65536 || elementCount > int.MaxValue)
        {
            throw FrameSource.Unreadable(Name, "it claims more pixels than its file can hold.");
        }
    }

    private static byte[] FromUnit(float[] samples)
    {
        // Floating-point frames are in 0 to 1, unless they exceed it.
        var scale = samples.Length > 0 && samples.Max() <= 1 ? 255f : 1f;
        return Array.ConvertAll(samples, v => (byte)Math.Clamp(MathF.Round(v * scale), 0, 255));
    }

    private static byte[] Transpose(byte[] pixels, int height, int width, int channels)
    {
        var result = new byte[pixels.Length];
        for (var c = 0; c < channels; c++)
        {
            for (var x = 0; x < width; x++)
            {
                for (var y = 0; y < height; y++)
                {
                    result[(((y * width) + x) * channels) + c] = pixels[(((c * width) + x) * height) + y];
                }
            }
        }

        return result;
    }

    // The reader keeps a file open that it cannot read.
    private static NativeFile OpenFile(string path)
    {
        var stream = SharedFile.OpenRead(path);
        try
        {
            return H5File.Open(stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    // The HDF5 reader throws many kinds of exception on damaged files.
    private static T Guard<T>(string name, string why, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is not (SleapException or OutOfMemoryException))
        {
            throw FrameSource.Unreadable(name, $"{why} ({error.Message}).", error);
        }
    }
}
