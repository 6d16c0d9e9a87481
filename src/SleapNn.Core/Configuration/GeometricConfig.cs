namespace SleapNn.Configuration;

/// <summary>Random rotations, scalings, shifts, erasures, mixtures and reflections (<c>geometric</c>).</summary>
public sealed class GeometricConfig : ConfigNode
{
    /// <summary>The smallest angle of rotation in degrees. Default: -15. At least -180.</summary>
    [ConfigKey(Min = -180)]
    public double RotationMin { get; set => field = Checked(value); } = -15.0;

    /// <summary>The largest angle of rotation in degrees. Default: 15. At most 180.</summary>
    [ConfigKey(Max = 180)]
    public double RotationMax { get; set => field = Checked(value); } = 15.0;

    /// <summary>The probability of a rotation on its own; null leaves it to <see cref="AffineP"/>. Default: null.</summary>
    [ConfigKey(Min = 0, Max = 1, Since = "0.1.0")]
    public double? RotationP { get; set => field = Checked(value); }

    /// <summary>The smallest scaling factor. Default: 0.9. At least 0.</summary>
    [ConfigKey(Min = 0)]
    public double ScaleMin { get; set => field = Checked(value); } = 0.9;

    /// <summary>The largest scaling factor. Default: 1.1. At least 0.</summary>
    [ConfigKey(Min = 0)]
    public double ScaleMax { get; set => field = Checked(value); } = 1.1;

    /// <summary>The probability of a scaling on its own; null leaves it to <see cref="AffineP"/>. Default: null.</summary>
    [ConfigKey(Min = 0, Max = 1, Since = "0.1.0")]
    public double? ScaleP { get; set => field = Checked(value); }

    /// <summary>The largest horizontal shift, as a fraction of the image's width. Default: 0.</summary>
    [ConfigKey(Min = 0)]
    public double TranslateWidth { get; set => field = Checked(value); } = 0.0;

    /// <summary>The largest vertical shift, as a fraction of the image's height. Default: 0.</summary>
    [ConfigKey(Min = 0)]
    public double TranslateHeight { get; set => field = Checked(value); } = 0.0;

    /// <summary>The probability of a shift on its own; null leaves it to <see cref="AffineP"/>. Default: null.</summary>
    [ConfigKey(Min = 0, Max = 1, Since = "0.1.0")]
    public double? TranslateP { get; set => field = Checked(value); }

    /// <summary>The probability of rotation, scaling and shift together, of those that have no probability of their own. Default: 0. From 0 to 1.</summary>
    [ConfigKey(Min = 0, Max = 1)]
    public double AffineP { get; set => field = Checked(value); } = 0.0;

    /// <summary>The smallest erased part of the image's area. Default: 0.0001.</summary>
    [ConfigKey(Min = 0)]
    public double EraseScaleMin { get; set => field = Checked(value); } = 0.0001;

    /// <summary>The largest erased part of the image's area. Default: 0.01.</summary>
    [ConfigKey(Min = 0)]
    public double EraseScaleMax { get; set => field = Checked(value); } = 0.01;

    /// <summary>The smallest aspect ratio of the erased area. Default: 1.</summary>
    [ConfigKey(Min = 0)]
    public double EraseRatioMin { get; set => field = Checked(value); } = 1.0;

    /// <summary>The largest aspect ratio of the erased area. Default: 1.</summary>
    [ConfigKey(Min = 0)]
    public double EraseRatioMax { get; set => field = Checked(value); } = 1.0;

    /// <summary>The probability of an erasure. Default: 0. From 0 to 1.</summary>
    [ConfigKey(Min = 0, Max = 1)]
    public double EraseP { get; set => field = Checked(value); } = 0.0;

    /// <summary>The smallest share of the other image in a mixture. Default: 0.01. At least 0.</summary>
    [ConfigKey(Min = 0)]
    public double MixupLambdaMin { get; set => field = Checked(value); } = 0.01;

    /// <summary>The largest share of the other image in a mixture. Default: 0.05. At most 1.</summary>
    [ConfigKey(Max = 1)]
    public double MixupLambdaMax { get; set => field = Checked(value); } = 0.05;

    /// <summary>The probability of a mixture of two images. Default: 0. From 0 to 1.</summary>
    [ConfigKey(Min = 0, Max = 1)]
    public double MixupP { get; set => field = Checked(value); } = 0.0;

    /// <summary>The probability of a left-right reflection, in which symmetric nodes swap. Default: 0. From 0 to 1.</summary>
    [ConfigKey(Min = 0, Max = 1, Since = "0.3.0")]
    public double FlipP { get; set => field = Checked(value); } = 0.0;
}
