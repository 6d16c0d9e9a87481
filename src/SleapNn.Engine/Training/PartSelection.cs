using SleapNn.Configuration;

namespace SleapNn.Training;

/// <summary>Cuts labels down to the nodes that a head's <c>part_names</c> lists, so that the model learns these and no others.</summary>
internal static class PartSelection
{
    /// <summary>The nodes that the active head is to learn; null for all.</summary>
    /// <param name="heads">The heads.</param>
    /// <returns>The names, or null.</returns>
    public static IReadOnlyList<string>? NamesIn(HeadConfigs heads) => heads.GetActive() switch
    {
        SingleInstanceConfig head => head.Confmaps.PartNames,
        CenteredInstanceConfig head => head.Confmaps.PartNames,
        BottomupConfig head => head.Confmaps.PartNames,
        MultiClassBottomupConfig head => head.Confmaps.PartNames,
        MultiClassTopdownConfig head => head.Confmaps.PartNames,
        _ => null,
    };

    /// <summary>Refuses a selection that leaves no node, or has one twice.</summary>
    /// <param name="names">The nodes; null for all.</param>
    /// <exception cref="TrainingException">As said (TrainingPartNames).</exception>
    public static void Check(IReadOnlyList<string>? names)
    {
        if (names is { Count: 0 })
        {
            throw new TrainingException("TrainingPartNames", "part_names is an empty list, so the model would learn nothing. List nodes of the labels, or set it to null to take them all.");
        }

        if (names?.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new TrainingException("TrainingPartNames", $"part_names lists '{twice.Key}' {twice.Count()} times. List each node once.", twice.Key);
        }
    }

    /// <summary>Brings the nodes into an order, where labels have these nodes and no others.</summary>
    /// <param name="labels">The labels; they are not changed.</param>
    /// <param name="names">The nodes, in the order of the result.</param>
    /// <returns>Labels in this order; the same ones where they have it, or have other nodes.</returns>
    public static SleapLabels InOrder(SleapLabels labels, IReadOnlyList<string> names)
    {
        var skeletons = SkeletonsOf(labels);
        return skeletons.All(skeleton => skeleton.Nodes.Count == names.Count && names.All(skeleton.Nodes.Contains)) ? Apply(labels, names) : labels;
    }

    /// <summary>Selects nodes.</summary>
    /// <param name="labels">The labels; they are not changed.</param>
    /// <param name="names">The nodes, in the order of the result; null for all.</param>
    /// <returns>Labels that share videos and tracks with these; the same ones where nothing is to be left out or put in another order.</returns>
    /// <exception cref="TrainingException">The skeleton lacks a node (TrainingPartNames).</exception>
    public static SleapLabels Apply(SleapLabels labels, IReadOnlyList<string>? names)
    {
        var whole = labels.Skeleton;
        if (names is null || SkeletonsOf(labels).TrueForAll(skeleton => names.SequenceEqual(skeleton.Nodes)))
        {
            return labels;
        }

        if (names.FirstOrDefault(name => !whole.Nodes.Contains(name)) is { } stranger)
        {
            throw new TrainingException(
                "TrainingPartNames",
                $"part_names lists '{stranger}', which is not a node of the skeleton of '{labels.FileName}' ({string.Join(", ", whole.Nodes)}). List nodes of the labels, or set part_names to null to take them all.",
                stranger);
        }

        var skeleton = new Skeleton { Name = whole.Name };
        skeleton.Nodes.AddRange(names);
        skeleton.Edges.AddRange(Mapped(whole.Edges));
        skeleton.Symmetries.AddRange(Mapped(whole.Symmetries));
        var selected = new SleapLabels { FileName = labels.FileName, Provenance = (System.Text.Json.Nodes.JsonObject)labels.Provenance.DeepClone() };
        selected.Videos.AddRange(labels.Videos);
        selected.Skeletons.Add(skeleton);
        selected.Tracks.AddRange(labels.Tracks);
        selected.Frames.AddRange(labels.Frames.Select(frame =>
            new LabeledFrame(frame.Video, frame.FrameIndex, frame.Instances.Select(Select)) { IsNegative = frame.IsNegative }));
        return selected;

        IEnumerable<SkeletonEdge> Mapped(IEnumerable<SkeletonEdge> edges) => edges
            .Select(edge => new SkeletonEdge(skeleton.IndexOf(whole.Nodes[edge.Source]), skeleton.IndexOf(whole.Nodes[edge.Destination])))
            .Where(edge => edge.Source >= 0 && edge.Destination >= 0);

        PoseInstance Select(PoseInstance instance)
        {
            var indices = names.Select(instance.Skeleton.IndexOf);
            PosePoint[] points = [.. indices.Select(i => i < 0 ? new PosePoint(double.NaN, double.NaN, Visible: false) : instance.Points[i])];
            return new PoseInstance(skeleton, points, instance.Kind) { Track = instance.Track, Score = instance.Score, TrackingScore = instance.TrackingScore };
        }
    }

    private static List<Skeleton> SkeletonsOf(SleapLabels labels) =>
        [.. labels.Frames.SelectMany(frame => frame.Instances).Select(instance => instance.Skeleton).Append(labels.Skeleton).Distinct()];
}
