namespace SleapNn.Configuration;

/// <summary>The network that turns images into features (<c>backbone_config</c>). Setting one kind clears the others.</summary>
public sealed class BackboneConfig : ConfigNode
{
    /// <summary>A U-Net: an encoder and a decoder that are joined at every size. Default: null.</summary>
    public UNetConfig? Unet { get; set => field = Sole(value); }

    /// <summary>A ConvNeXt encoder with a U-Net decoder. Default: null.</summary>
    public ConvNextConfig? Convnext { get; set => field = Sole(value); }

    /// <summary>A Swin transformer encoder with a U-Net decoder. Default: null.</summary>
    public SwinTConfig? Swint { get; set => field = Sole(value); }

    /// <summary>The kind that is set, or null.</summary>
    /// <returns>The section.</returns>
    public IBackboneConfig? GetActive() => (IBackboneConfig?)Unet ?? (IBackboneConfig?)Convnext ?? Swint;

    /// <summary>The YAML key of the kind that is set (<c>unet</c>, <c>convnext</c> or <c>swint</c>), or null.</summary>
    /// <returns>The key.</returns>
    public string? GetActiveName() => Unet is not null ? "unet" : Convnext is not null ? "convnext" : Swint is not null ? "swint" : null;
}
