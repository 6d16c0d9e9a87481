namespace SleapNn.Configuration;

/// <summary>How training images are varied at random (<c>augmentation_config</c>).</summary>
public sealed class AugmentationConfig : ConfigNode
{
    /// <summary>Changes of brightness, contrast and noise; null means none. Default: null.</summary>
    public IntensityConfig? Intensity { get; set => field = Checked(value); }

    /// <summary>Rotations, scalings, shifts and the like; null means none. Default: null.</summary>
    public GeometricConfig? Geometric { get; set => field = Checked(value); }
}
