namespace SleapNn.Configuration;

/// <summary>What the model predicts (<c>head_configs</c>). Setting one kind clears the others.</summary>
public sealed class HeadConfigs : ConfigNode
{
    /// <summary>The points of one animal in the whole image. Default: null.</summary>
    public SingleInstanceConfig? SingleInstance { get; set => field = Sole(value); }

    /// <summary>The centre of every animal: the first stage of top-down. Default: null.</summary>
    public CentroidConfig? Centroid { get; set => field = Sole(value); }

    /// <summary>The points of the animal in the middle of a crop: the second stage of top-down. Default: null.</summary>
    public CenteredInstanceConfig? CenteredInstance { get; set => field = Sole(value); }

    /// <summary>The points of all animals and the fields that join them. Default: null.</summary>
    public BottomupConfig? Bottomup { get; set => field = Sole(value); }

    /// <summary>The points of all animals and maps of who is who. Default: null.</summary>
    public MultiClassBottomupConfig? MultiClassBottomup { get; set => field = Sole(value); }

    /// <summary>The points of the animal in the middle of a crop and who it is. Default: null.</summary>
    public MultiClassTopdownConfig? MultiClassTopdown { get; set => field = Sole(value); }

    /// <summary>The kind that is set, or null.</summary>
    /// <returns>The section.</returns>
    public ConfigNode? GetActive() => GetActiveName() is { } name ? (ConfigNode?)ConfigSchema.Of(typeof(HeadConfigs)).Find(name)!.Get(this) : null;

    /// <summary>The YAML key of the kind that is set, such as <c>centered_instance</c>, or null.</summary>
    /// <returns>The key.</returns>
    public string? GetActiveName() => ConfigSchema.Of(typeof(HeadConfigs)).FirstOrDefault(key => key.Get(this) is not null)?.Name;

    /// <summary>The layers of the kind that is set, by YAML key (<c>confmaps</c>, <c>pafs</c>, <c>class_maps</c>, <c>class_vectors</c>).</summary>
    /// <returns>The layers in the order of their keys; none when no kind is set.</returns>
    public IReadOnlyList<KeyValuePair<string, IHeadLayerConfig>> GetActiveLayers() => GetActive() is { } head
        ? [.. ConfigSchema.Of(head.GetType())
            .Select(key => KeyValuePair.Create(key.Name, (key.Get(head) as IHeadLayerConfig)!))
            .Where(layer => layer.Value is not null)]
        : [];
}
