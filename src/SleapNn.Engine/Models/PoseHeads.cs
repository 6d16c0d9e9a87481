using SleapNn.Configuration;

namespace SleapNn.Models;

/// <summary>Which heads a kind of model has.</summary>
internal static class PoseHeads
{
    /// <summary>The heads that a completed config describes, in the order of their outputs.</summary>
    public static IReadOnlyList<PoseHead> Of(HeadConfigs heads) => heads.GetActive() switch
    {
        SingleInstanceConfig head => [Confmaps("SingleInstanceConfmapsHead", head.Confmaps, head.Confmaps.PartNames)],
        CentroidConfig head => [new("CentroidConfmapsHead", PoseHeadKind.ConfidenceMaps, "confmaps", head.Confmaps.OutputStride, 1)],
        CenteredInstanceConfig head => [Confmaps("CenteredInstanceConfmapsHead", head.Confmaps, head.Confmaps.PartNames)],
        BottomupConfig head =>
        [
            Confmaps("MultiInstanceConfmapsHead", head.Confmaps, head.Confmaps.PartNames),
            new("PartAffinityFieldsHead", PoseHeadKind.PartAffinityFields, "pafs", head.Pafs.OutputStride, 2 * CountOf(head.Pafs.Edges, "pafs.edges")),
        ],
        MultiClassBottomupConfig head =>
        [
            Confmaps("MultiInstanceConfmapsHead", head.Confmaps, head.Confmaps.PartNames),
            new("ClassMapsHead", PoseHeadKind.ClassMaps, "class_maps", head.ClassMaps.OutputStride, CountOf(head.ClassMaps.Classes, "class_maps.classes")),
        ],
        MultiClassTopdownConfig head =>
        [
            Confmaps("CenteredInstanceConfmapsHead", head.Confmaps, head.Confmaps.PartNames),
            new("ClassVectorsHead", PoseHeadKind.ClassVectors, "class_vectors", head.ClassVectors.OutputStride, CountOf(head.ClassVectors.Classes, "class_vectors.classes")),
        ],
        _ => throw ModelResolver.Invalid("it has no head"),
    };

    private static PoseHead Confmaps(string name, IHeadLayerConfig layer, List<string>? partNames) =>
        new(name, PoseHeadKind.ConfidenceMaps, "confmaps", layer.OutputStride, CountOf(partNames, "confmaps.part_names"));

    private static int CountOf<T>(List<T>? items, string name) => items is { Count: > 0 }
        ? items.Count
        : throw ModelResolver.Invalid($"{name} is not set, or empty");
}
