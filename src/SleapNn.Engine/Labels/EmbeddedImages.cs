using PureHDF;
using PureHDF.Selections;
using SleapNn.Hdf5;

namespace SleapNn.LabelFiles;

/// <summary>The encoded images of an embedded video: files in PNG or JPEG form, as they are stored.</summary>
internal sealed class EmbeddedImages : IDisposable
{
    private const double FirstWithChannelOrder = 1.4;

    private readonly Hdf5Source source;
    private readonly IH5Dataset dataset;
    private readonly Dictionary<int, int> rows = [];

    public EmbeddedImages(SleapVideo video)
    {
        source = Hdf5Source.Open(video.FileName);
        try
        {
            dataset = source.Root.Dataset(video.Dataset!);
            Format = (Hdf5Values.Text(dataset, "format") ?? "hdf5").ToLowerInvariant();
            ChannelOrder = Hdf5Values.Text(dataset, "channel_order") ?? ImpliedChannelOrder(source);
            for (var i = 0; i < video.EmbeddedFrameIndices.Count; i++)
            {
                rows[video.EmbeddedFrameIndices[i]] = i;
            }
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary><c>png</c>, <c>jpg</c>, or <c>hdf5</c> for pixels that are not encoded.</summary>
    public string Format { get; }

    /// <summary>
    /// <c>RGB</c> where the image files show true colours, <c>BGR</c> where red and blue are swapped in them, null where
    /// it is not said.
    /// </summary>
    public string? ChannelOrder { get; }

    /// <summary>
    /// The attribute that images without one need in a file of format 1.4 or later: before it, red and blue were always
    /// swapped.
    /// </summary>
    public static IEnumerable<(string Name, Hdf5Attribute Value)> MissingChannelOrder(Hdf5Source source, IH5Dataset dataset) =>
        dataset.AttributeExists("format") && !dataset.AttributeExists("channel_order") && ImpliedChannelOrder(source) is { } order
            ? [("channel_order", Hdf5Attribute.Text(order))]
            : [];

    /// <summary>Whether the image of a frame is there, as an encoded file.</summary>
    public bool Has(int frameIndex) => Format != "hdf5" && rows.ContainsKey(frameIndex);

    /// <summary>The encoded image of a frame; zeros may follow it.</summary>
    public byte[] Read(int frameIndex)
    {
        var row = rows[frameIndex];
        return dataset.Type.Class == H5DataTypeClass.VariableLength
            ? Hdf5Copy.Item(dataset, row)
            : dataset.Read<byte[]>(new HyperslabSelection(2, [(ulong)row, 0], [1, dataset.Space.Dimensions[1]]));
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    private static string? ImpliedChannelOrder(Hdf5Source source) =>
        source.Root.LinkExists("metadata") && Hdf5Values.Number(source.Root.Group("metadata"), "format_id") is < FirstWithChannelOrder ? "BGR" : null;
}
