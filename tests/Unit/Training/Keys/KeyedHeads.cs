using SleapNn.Configuration;

namespace SleapNn.Tests.Training.Keys;

/// <summary>Sets up the head that a key belongs to.</summary>
internal static class KeyedHeads
{
    /// <summary>The head's name in a key such as <c>model_config.head_configs.bottomup.pafs.sigma</c>.</summary>
    public static string HeadIn(string key) => key.Split('.')[2];

    /// <summary>The layer's name in such a key.</summary>
    public static string LayerIn(string key) => key.Split('.')[3];

    /// <summary>Replaces the head of a configuration.</summary>
    public static SleapConfig WithHead(this SleapConfig config, string name)
    {
        var heads = config.ModelConfig.HeadConfigs;
        heads.SingleInstance = null;
        switch (name)
        {
            case "single_instance": heads.SingleInstance = new() { Confmaps = { Sigma = 1.5, OutputStride = 2 } }; break;
            case "centroid": heads.Centroid = new() { Confmaps = { Sigma = 1.5, OutputStride = 2 } }; break;
            case "centered_instance": heads.CenteredInstance = new() { Confmaps = { Sigma = 1.5, OutputStride = 2 } }; break;
            case "bottomup": heads.Bottomup = new() { Confmaps = { Sigma = 1.5, OutputStride = 2 }, Pafs = { Sigma = 8, OutputStride = 4 } }; break;
            case "multi_class_bottomup": heads.MultiClassBottomup = new() { Confmaps = { Sigma = 1.5, OutputStride = 2 }, ClassMaps = { Sigma = 4, OutputStride = 4 } }; break;
            case "multi_class_topdown": heads.MultiClassTopdown = new() { Confmaps = { Sigma = 1.5, OutputStride = 2 } }; break;
            default: throw new ArgumentException($"There is no head '{name}'.", nameof(name));
        }

        config.DataConfig.Preprocessing.MinCropSize = 16;
        return config;
    }

    /// <summary>The name that the model gives to a layer's output.</summary>
    public static string OutputOf(string head, string layer) => (head, layer) switch
    {
        ("single_instance", _) => "SingleInstanceConfmapsHead",
        ("centroid", _) => "CentroidConfmapsHead",
        ("bottomup" or "multi_class_bottomup", "confmaps") => "MultiInstanceConfmapsHead",
        (_, "confmaps") => "CenteredInstanceConfmapsHead",
        (_, "pafs") => "PartAffinityFieldsHead",
        (_, "class_maps") => "ClassMapsHead",
        _ => "ClassVectorsHead",
    };
}
