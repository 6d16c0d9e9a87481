using System.Runtime.InteropServices;

namespace SleapNn.LabelFiles;

/// <summary>
/// The poses of one video as the dense arrays of SLEAP's analysis file, each as little-endian bytes with its last
/// dimension running fastest. Where there is no animal, values are NaN.
/// </summary>
internal sealed class AnalysisTable
{
    private AnalysisTable(long tracks, long nodes, long frames)
    {
        (TrackCount, NodeCount, FrameCount) = (tracks, nodes, frames);
        Locations = Empty(tracks * 2 * nodes * frames);
        PointScores = Empty(tracks * nodes * frames);
        InstanceScores = Empty(tracks * frames);
        TrackingScores = Empty(tracks * frames);
        Occupancy = new byte[frames * tracks];
    }

    public long TrackCount { get; }

    public long NodeCount { get; }

    public long FrameCount { get; }

    /// <summary>Coordinates in pixels, (track, xy, node, frame), float64.</summary>
    public byte[] Locations { get; }

    /// <summary>(track, node, frame), float64.</summary>
    public byte[] PointScores { get; }

    /// <summary>(track, frame), float64.</summary>
    public byte[] InstanceScores { get; }

    /// <summary>(track, frame), float64.</summary>
    public byte[] TrackingScores { get; }

    /// <summary>(frame, track), 1 where the track is in the frame.</summary>
    public byte[] Occupancy { get; }

    /// <summary>The tracks' names; empty where the labels have no tracks.</summary>
    public IReadOnlyList<string> TrackNames { get; private init; } = [];

    /// <summary>How many animals have no place in the arrays, for want of a track of their own.</summary>
    public int LeftOut { get; private init; }

    /// <summary>Arranges the poses of one video.</summary>
    /// <exception cref="LabelsException">There are no frames (LabelsNoFrames), or too many for arrays (LabelsTooLarge).</exception>
    public static AnalysisTable From(SleapLabels labels, SleapVideo video, AnalysisWriteOptions options)
    {
        var frames = labels.Frames.Where(frame => ReferenceEquals(frame.Video, video)).OrderBy(frame => frame.FrameIndex).ToList();
        if (frames.Count == 0)
        {
            throw new LabelsException("LabelsNoFrames", $"'{video}' has no labelled frames, so there is nothing to write.", video);
        }

        var first = options.AllFrames ? 0 : frames[0].FrameIndex;
        var count = frames[^1].FrameIndex - first + 1L;
        var (chosen, leftOut) = Choose(labels, frames);
        var kept = Kept(labels, chosen, count, options.MinOccupancy);
        var nodes = labels.Skeleton.Nodes.Count;
        if (Math.Max(kept.Count, 1) * 2L * nodes * count * sizeof(double) > Array.MaxLength)
        {
            throw new LabelsException(
                "LabelsTooLarge",
                $"{kept.Count} tracks of {nodes} nodes over {count} frames are more than the 2 GB that an array of an analysis file can have here. "
                + "Join or cull tracks (Invoke-SleapTracking -TargetInstanceCount), or write .slp or .csv.",
                labels);
        }

        var table = new AnalysisTable(kept.Count, nodes, count)
        {
            TrackNames = labels.Tracks.Count == 0 ? [] : kept.Select(track => labels.Tracks[track].Name).ToList(),
            LeftOut = leftOut,
        };
        var rows = kept.Select((track, row) => (track, row)).ToDictionary(pair => pair.track, pair => pair.row);
        foreach (var ((frame, track), instance) in chosen)
        {
            if (rows.TryGetValue(track, out var row))
            {
                table.Put(row, frame - first, instance);
            }
        }

        return table;
    }

    // One animal a track and frame; what a person placed goes before what a model placed, and later before earlier, as in SLEAP.
    private static (Dictionary<(int Frame, int Track), PoseInstance> Chosen, int LeftOut) Choose(SleapLabels labels, List<LabeledFrame> frames)
    {
        var numbers = new Dictionary<Track, int>(ReferenceEqualityComparer.Instance);
        foreach (var track in labels.Tracks)
        {
            numbers.TryAdd(track, numbers.Count);
        }

        var chosen = new Dictionary<(int Frame, int Track), PoseInstance>();
        var leftOut = 0;
        foreach (var frame in frames)
        {
            foreach (var instance in frame.PredictedInstances.Concat(frame.UserInstances))
            {
                RequireSkeleton(labels, instance);
                var track = labels.Tracks.Count == 0 ? 0 : instance.Track is { } own && numbers.TryGetValue(own, out var number) ? number : -1;
                if (track < 0)
                {
                    leftOut++;
                    continue;
                }

                // A labelled animal stands for the predicted one; two of a kind cannot both be meant.
                if (chosen.TryGetValue((frame.FrameIndex, track), out var before) && before.Kind == instance.Kind)
                {
                    leftOut++;
                }

                chosen[(frame.FrameIndex, track)] = instance;
            }
        }

        return (chosen, leftOut);
    }

    private static void RequireSkeleton(SleapLabels labels, PoseInstance instance)
    {
        if (!ReferenceEquals(instance.Skeleton, labels.Skeleton) && !instance.Skeleton.Nodes.SequenceEqual(labels.Skeleton.Nodes))
        {
            throw new LabelsException(
                "LabelsSeveralSkeletons",
                $"There are animals of the skeletons '{labels.Skeleton.Name}' and '{instance.Skeleton.Name}', but the file has room for one skeleton. Write .slp instead.",
                labels);
        }
    }

    private static List<int> Kept(SleapLabels labels, Dictionary<(int Frame, int Track), PoseInstance> chosen, long frameCount, double minOccupancy)
    {
        var occupied = new int[Math.Max(labels.Tracks.Count, 1)];
        foreach (var (_, track) in chosen.Keys)
        {
            occupied[track]++;
        }

        return [.. Enumerable.Range(0, occupied.Length).Where(track => occupied[track] > 0 && occupied[track] >= minOccupancy * frameCount)];
    }

    private void Put(int row, int frame, PoseInstance instance)
    {
        Occupancy[(frame * TrackCount) + row] = 1;
        var predicted = instance.Kind == InstanceKind.Predicted;
        for (var node = 0; node < instance.Points.Length; node++)
        {
            var point = instance.Points[node];
            if (point.Visible)
            {
                Set(Locations, (((((row * 2L) + 0) * NodeCount) + node) * FrameCount) + frame, point.X);
                Set(Locations, (((((row * 2L) + 1) * NodeCount) + node) * FrameCount) + frame, point.Y);
            }

            if (predicted)
            {
                Set(PointScores, (((row * NodeCount) + node) * FrameCount) + frame, point.Score);
            }
        }

        if (predicted)
        {
            Set(InstanceScores, (row * FrameCount) + frame, instance.Score);
            Set(TrackingScores, (row * FrameCount) + frame, instance.TrackingScore);
        }
    }

    private static byte[] Empty(long count)
    {
        var bytes = new byte[count * sizeof(double)];
        MemoryMarshal.Cast<byte, double>(bytes.AsSpan()).Fill(double.NaN);
        return bytes;
    }

    private static void Set(byte[] values, long index, double value) => MemoryMarshal.Cast<byte, double>(values.AsSpan())[(int)index] = value;
}
