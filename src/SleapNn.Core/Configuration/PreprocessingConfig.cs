namespace SleapNn.Configuration;

/// <summary>What is done to every image before the model sees it (<c>preprocessing</c>).</summary>
public sealed class PreprocessingConfig : ConfigNode
{
    /// <summary>Give every image three channels, by repeating a single one. Without this and <c>ensure_grayscale</c> images keep their channels. Default: false.</summary>
    public bool EnsureRgb { get; set => field = Checked(value); }

    /// <summary>Give every image a single channel, by converting colour to grey. Default: false.</summary>
    public bool EnsureGrayscale { get; set => field = Checked(value); }

    /// <summary>The height in pixels to which images are padded (larger ones are reduced first); null keeps their own. Default: null.</summary>
    [ConfigKey(Min = 1)]
    public int? MaxHeight { get; set => field = Checked(value); }

    /// <summary>The width in pixels to which images are padded (larger ones are reduced first); null keeps their own. Default: null.</summary>
    [ConfigKey(Min = 1)]
    public int? MaxWidth { get; set => field = Checked(value); }

    /// <summary>The factor by which images are resized: 0.5 halves height and width. Smaller images are faster and need less memory. Default: 1. Greater than 0.</summary>
    [ConfigKey(Above = 0)]
    public double Scale { get; set => field = Checked(value); } = 1.0;

    /// <summary>The height and width in pixels of an instance's crop; null derives them from the largest instance. Default: null.</summary>
    /// <remarks>An older form of <see cref="CropSize"/>: setting either sets both, and a crop that is not square is held by this one only.</remarks>
    [ConfigKey(Min = 1, ViewOf = "crop_size")]
    public List<int>? CropHw
    {
        get;
        set => field = Checked(value) is null or { Count: 2 }
            ? value
            : throw new ConfigException("ConfigValueNotAllowed", $"crop_hw takes two whole numbers, height and width, or null; {value!.Count} were given.", "crop_hw");
    }

    /// <summary>The side in pixels of an instance's square crop; null derives it from the largest instance. Default: null.</summary>
    [ConfigKey(Min = 1, Since = "0.0.1")]
    public int? CropSize
    {
        get => CropHw is { Count: 2 } crop && crop[0] == crop[1] ? crop[0] : null;
        set => CropHw = Checked(value) is { } side ? [side, side] : null;
    }

    /// <summary>The smallest side in pixels of a derived crop. Default: 100.</summary>
    [ConfigKey(Min = 1)]
    public int? MinCropSize { get; set => field = Checked(value); } = 100;

    /// <summary>Pixels added around the largest instance when the crop is derived; null derives them from rotation and scaling. Default: null.</summary>
    [ConfigKey(Min = 0, Since = "0.1.0")]
    public int? CropPadding { get; set => field = Checked(value); }
}
