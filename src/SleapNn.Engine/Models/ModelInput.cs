using SleapNn.Configuration;

namespace SleapNn.Models;

/// <summary>What a model's network is given.</summary>
internal static class ModelInput
{
    /// <summary>
    /// Height and width of the images that reach the network, as its config tells them: crops, or frames of the greatest
    /// size, scaled and padded to multiples of a stride. Null where the config does not tell.
    /// </summary>
    /// <param name="config">The config that the model was trained with.</param>
    /// <param name="maxStride">The stride.</param>
    public static (int HeightPx, int WidthPx)? SizeOf(SleapConfig config, int maxStride)
    {
        var preprocessing = config.DataConfig.Preprocessing;
        var heads = config.ModelConfig.HeadConfigs;
        if (heads.CenteredInstance is not null || heads.MultiClassTopdown is not null)
        {
            return preprocessing.CropHw is { Count: 2 } crop ? (Fit(crop[0]), Fit(crop[1])) : null;
        }

        return preprocessing is { MaxHeight: { } height, MaxWidth: { } width } ? (Fit(height), Fit(width)) : null;

        int Fit(int size) => PaddedTo((int)(size * preprocessing.Scale), maxStride);
    }

    /// <summary>The smallest multiple of a stride that is not below a size.</summary>
    public static int PaddedTo(int size, int stride) => (size + stride - 1) / stride * stride;
}
