using System.Text;
using System.Text.Json.Nodes;
using SleapNn.Hdf5;

namespace SleapNn.LabelFiles;

/// <summary>
/// Writes SLEAP's analysis files: HDF5 with the tracks of one video as dense arrays, in the order that SLEAP and
/// sleap-io write for MATLAB (sleap-io's preset "matlab", format version 1.0).
/// </summary>
public static class AnalysisFile
{
    private const int Compression = 9;

    /// <summary>
    /// Writes the tracks of one video. <c>tracks</c> is (track, xy, node, frame) in pixels, <c>point_scores</c> (track,
    /// node, frame), <c>instance_scores</c> and <c>tracking_scores</c> (track, frame), <c>track_occupancy</c> (frame, track).
    /// </summary>
    /// <param name="labels">The labels. With tracks, each animal goes to its track; without, there is room for one animal a frame.</param>
    /// <param name="videoIndex">Which of the labels' videos, from 0.</param>
    /// <param name="path">The file; one that is there is replaced once the new one is whole.</param>
    /// <param name="options">What the file holds.</param>
    /// <returns>How many animals were left out because they have no track of their own; 0 where all are in the file.</returns>
    /// <exception cref="LabelsException">
    /// There is no such video (LabelsVideoIndex), it has no frames (LabelsNoFrames), there are animals of several skeletons
    /// (LabelsSeveralSkeletons), the arrays are too large (LabelsTooLarge) or the file cannot be written (LabelsAccess).
    /// </exception>
    public static int Save(SleapLabels labels, int videoIndex, string path, AnalysisWriteOptions? options = null)
    {
        options ??= new AnalysisWriteOptions();
        var video = VideoAt(labels, videoIndex);
        var table = AnalysisTable.From(labels, video, options);
        var full = Path.GetFullPath(path);
        try
        {
            AtomicFile.Write(full, stream =>
            {
                var file = new Hdf5File(stream);
                WriteArrays(file.Root, table);
                WriteNames(file.Root, labels, table);
                WriteOrigin(file.Root, labels, videoIndex, options.LabelsPath ?? labels.FileName ?? "");
                file.Finish();
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LabelsException("LabelsAccess", $"'{full}' cannot be written: {error.Message}", path, error);
        }

        return table.LeftOut;
    }

    internal static SleapVideo VideoAt(SleapLabels labels, int videoIndex) => videoIndex >= 0 && videoIndex < labels.Videos.Count
        ? labels.Videos[videoIndex]
        : throw new LabelsException("LabelsVideoIndex", $"There is no video {videoIndex}: the labels have {labels.Videos.Count}, numbered from 0.", labels);

    private static void WriteArrays(Hdf5Group root, AnalysisTable table)
    {
        var (tracks, nodes, frames) = (table.TrackCount, table.NodeCount, table.FrameCount);
        Write("tracks", Hdf5Type.Float64, [tracks, 2, nodes, frames], table.Locations, "track", "xy", "node", "frame");
        Write("track_occupancy", Hdf5Type.UInt8, [frames, tracks], table.Occupancy, "frame", "track");
        Write("point_scores", Hdf5Type.Float64, [tracks, nodes, frames], table.PointScores, "track", "node", "frame");
        Write("instance_scores", Hdf5Type.Float64, [tracks, frames], table.InstanceScores, "track", "frame");
        Write("tracking_scores", Hdf5Type.Float64, [tracks, frames], table.TrackingScores, "track", "frame");

        void Write(string name, Hdf5Type type, long[] shape, byte[] data, params string[] dims) =>
            root.Dataset(name, type, shape, data, Hdf5Layout.Compressed(shape, type.Size, Compression), [("dims", Hdf5Attribute.Text($"[\"{string.Join("\", \"", dims)}\"]"))]);
    }

    private static void WriteNames(Hdf5Group root, SleapLabels labels, AnalysisTable table)
    {
        var skeleton = labels.Skeleton;
        WriteTexts(root, "track_names", table.TrackNames, [table.TrackNames.Count]);
        WriteTexts(root, "node_names", skeleton.Nodes, [skeleton.Nodes.Count]);
        WriteTexts(root, "edge_names", [.. skeleton.Edges.SelectMany(edge => new[] { skeleton.Nodes[edge.Source], skeleton.Nodes[edge.Destination] })], [skeleton.Edges.Count, 2]);
        if (skeleton.Edges.Count == 0)
        {
            WriteNothing(root, "edge_inds");
            return;
        }

        var indices = new ByteWriter();
        foreach (var edge in skeleton.Edges)
        {
            indices.U64((long)edge.Source).U64((long)edge.Destination);
        }

        long[] shape = [skeleton.Edges.Count, 2];
        root.Dataset("edge_inds", Hdf5Type.Int64, shape, indices.ToArray(), Hdf5Layout.Compressed(shape, sizeof(long), Compression));
    }

    private static void WriteTexts(Hdf5Group root, string name, IReadOnlyList<string> texts, long[] shape)
    {
        if (texts.Count == 0)
        {
            WriteNothing(root, name);
            return;
        }

        var bytes = texts.Select(Encoding.UTF8.GetBytes).ToList();
        var size = Math.Max(bytes.Max(text => text.Length), 1);
        var data = new byte[texts.Count * size];
        for (var i = 0; i < bytes.Count; i++)
        {
            bytes[i].CopyTo(data, i * size);
        }

        root.Dataset(name, Hdf5Type.FixedString(size), shape, data, Hdf5Layout.Compressed(shape, size, Compression));
    }

    // What h5py makes of an empty list.
    private static void WriteNothing(Hdf5Group root, string name) => root.Dataset(name, Hdf5Type.Float64, [0], []);

    private static void WriteOrigin(Hdf5Group root, SleapLabels labels, int videoIndex, string labelsPath)
    {
        var (video, skeleton) = (labels.Videos[videoIndex], labels.Skeleton);
        WriteText("labels_path", labelsPath);
        WriteText("video_path", video.FileName);
        root.Dataset("video_ind", Hdf5Type.Int64, [], BitConverter.GetBytes((long)videoIndex));
        WriteText("provenance", JsonText.Of(labels.Provenance));
        var symmetries = new JsonArray([.. skeleton.Symmetries.Select(pair => new JsonArray(skeleton.Nodes[pair.Source], skeleton.Nodes[pair.Destination]))]);
        root.Attribute("preset", Hdf5Attribute.Text("matlab"));
        root.Attribute("format", Hdf5Attribute.Text("analysis"));
        root.Attribute("sleap_io_version", Hdf5Attribute.Text("1.0"));
        root.Attribute("skeleton_name", Hdf5Attribute.Text(skeleton.Name));
        root.Attribute("skeleton_symmetries", Hdf5Attribute.Text(JsonText.Of(symmetries)));
        root.Attribute("video_backend_metadata", Hdf5Attribute.Text("{}"));

        void WriteText(string name, string text) => root.VariableDataset(name, Hdf5Type.VariableString, [], [Encoding.UTF8.GetBytes(text)]);
    }
}
