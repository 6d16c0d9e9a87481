namespace SleapNn.Configuration;

/// <summary>The keys of newer sleap-nn versions that have no effect here: they are carried from file to file.</summary>
internal static class CarriedKeys
{
    private static readonly Dictionary<Type, string[]> Known = new()
    {
        [typeof(PreprocessingConfig)] = ["tiling"],
        [typeof(BackboneConfig)] = ["pretrained"],
        [typeof(HeadConfigs)] = ["bottomup_segmentation", "centered_instance_segmentation", "semantic_segmentation"],
        [typeof(CentroidConfMapsConfig)] = ["centroid_source"],
    };

    /// <summary>The carried keys of a type of section.</summary>
    public static IReadOnlyList<string> Of(Type section) => Known.GetValueOrDefault(section, []);
}
