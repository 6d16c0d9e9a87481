namespace SleapNn.Configuration;

/// <summary>Random changes of brightness, contrast and noise (<c>intensity</c>).</summary>
public sealed class IntensityConfig : ConfigNode
{
    /// <summary>The smallest uniform noise, in units of the full intensity range. Default: 0. At least 0.</summary>
    [ConfigKey(Min = 0)]
    public double UniformNoiseMin { get; set => field = Checked(value); } = 0.0;

    /// <summary>The largest uniform noise, in units of the full intensity range. Default: 1. At most 1.</summary>
    [ConfigKey(Max = 1)]
    public double UniformNoiseMax { get; set => field = Checked(value); } = 1.0;

    /// <summary>The probability of uniform noise. Default: 0. From 0 to 1.</summary>
    [ConfigKey(Min = 0, Max = 1)]
    public double UniformNoiseP { get; set => field = Checked(value); } = 0.0;

    /// <summary>The mean of Gaussian noise, in units of the full intensity range. Default: 0.</summary>
    public double GaussianNoiseMean { get; set => field = Checked(value); } = 0.0;

    /// <summary>The standard deviation of Gaussian noise, in units of the full intensity range. Default: 1.</summary>
    [ConfigKey(Min = 0)]
    public double GaussianNoiseStd { get; set => field = Checked(value); } = 1.0;

    /// <summary>The probability of Gaussian noise. Default: 0. From 0 to 1.</summary>
    [ConfigKey(Min = 0, Max = 1)]
    public double GaussianNoiseP { get; set => field = Checked(value); } = 0.0;

    /// <summary>The smallest contrast factor. Default: 0.9. At least 0.</summary>
    [ConfigKey(Min = 0)]
    public double ContrastMin { get; set => field = Checked(value); } = 0.9;

    /// <summary>The largest contrast factor. Default: 1.1. At least 0.</summary>
    [ConfigKey(Min = 0)]
    public double ContrastMax { get; set => field = Checked(value); } = 1.1;

    /// <summary>The probability of a change of contrast. Default: 0. From 0 to 1.</summary>
    [ConfigKey(Min = 0, Max = 1)]
    public double ContrastP { get; set => field = Checked(value); } = 0.0;

    /// <summary>The smallest brightness factor. Default: 1. At least 0.</summary>
    [ConfigKey(Min = 0)]
    public double BrightnessMin { get; set => field = Checked(value); } = 1.0;

    /// <summary>The largest brightness factor. Default: 1. From 0 to 2.</summary>
    [ConfigKey(Min = 0, Max = 2)]
    public double BrightnessMax { get; set => field = Checked(value); } = 1.0;

    /// <summary>The probability of a change of brightness. Default: 0. From 0 to 1.</summary>
    [ConfigKey(Min = 0, Max = 1)]
    public double BrightnessP { get; set => field = Checked(value); } = 0.0;
}
