using SleapNn.Configuration;

namespace SleapNn.Inference;

/// <summary>The skeleton that a model was trained on.</summary>
internal static class ModelSkeleton
{
    /// <summary>
    /// The skeleton of a model's configuration, cut down to the parts that its head knows, in the head's order; where
    /// the configuration has none, one made of the head's parts and edges.
    /// </summary>
    /// <param name="config">The configuration that the model was trained with.</param>
    /// <returns>A skeleton with one node a channel of the confidence maps.</returns>
    /// <exception cref="PredictionException">The configuration names no parts (ModelWithoutSkeleton).</exception>
    public static Skeleton Of(SleapConfig config)
    {
        var (parts, edges) = HeadParts(config.ModelConfig.HeadConfigs);
        var trained = config.DataConfig.Skeletons is { Count: > 0 } skeletons ? skeletons[0] : null;
        var names = parts ?? trained?.Nodes ?? throw new PredictionException(
            "ModelWithoutSkeleton",
            "The model's training_config.yaml names no body parts: neither data_config.skeletons nor part_names of the head are there.");
        var skeleton = new Skeleton { Name = trained?.Name ?? "Skeleton-0" };
        skeleton.Nodes.AddRange(names);
        if (trained is not null)
        {
            skeleton.Edges.AddRange(Mapped(trained.Edges, trained, skeleton));
            skeleton.Symmetries.AddRange(Mapped(trained.Symmetries, trained, skeleton));
        }
        else if (edges is not null)
        {
            skeleton.Edges.AddRange(edges.Select(edge => new SkeletonEdge(skeleton.IndexOf(edge[0]), skeleton.IndexOf(edge[1]))));
        }

        return skeleton;
    }

    private static (List<string>? Parts, List<List<string>>? Edges) HeadParts(HeadConfigs heads) => heads switch
    {
        { SingleInstance.Confmaps: { } maps } => (maps.PartNames, null),
        { CenteredInstance.Confmaps: { } maps } => (maps.PartNames, null),
        { Bottomup: { Confmaps: { } maps } bottomup } => (maps.PartNames, bottomup.Pafs?.Edges),
        { MultiClassBottomup.Confmaps: { } maps } => (maps.PartNames, null),
        { MultiClassTopdown.Confmaps: { } maps } => (maps.PartNames, null),
        _ => (null, null),
    };

    private static IEnumerable<SkeletonEdge> Mapped(IEnumerable<SkeletonEdge> edges, Skeleton from, Skeleton to) => edges
        .Select(edge => new SkeletonEdge(to.IndexOf(from.Nodes[edge.Source]), to.IndexOf(from.Nodes[edge.Destination])))
        .Where(edge => edge.Source >= 0 && edge.Destination >= 0);
}
