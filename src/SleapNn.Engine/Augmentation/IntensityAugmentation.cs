using SleapNn.Configuration;

namespace SleapNn.Augmentation;

/// <summary>
/// Noise, contrast and brightness. Noise is given in parts of the full range (1 is 255 grey levels); contrast
/// stretches about the middle grey, brightness multiplies. Results are clipped to 0 .. 255.
/// </summary>
public static class IntensityAugmentation
{
    /// <summary>Changes an image at random.</summary>
    /// <param name="pixels">The samples of an image, 0 .. 255, in any order; changed in place.</param>
    /// <param name="config">What to do, and how often.</param>
    /// <param name="random">Where the random numbers come from.</param>
    public static void Apply(Span<byte> pixels, IntensityConfig config, SeededRandom random)
    {
        if (random.Chance(config.UniformNoiseP))
        {
            foreach (ref var pixel in pixels)
            {
                pixel = Clip(pixel + (255 * random.Uniform(config.UniformNoiseMin, config.UniformNoiseMax)));
            }
        }

        if (random.Chance(config.GaussianNoiseP))
        {
            foreach (ref var pixel in pixels)
            {
                pixel = Clip(pixel + (255 * (config.GaussianNoiseMean + (config.GaussianNoiseStd * random.Gaussian()))));
            }
        }

        if (random.Chance(config.ContrastP))
        {
            var factor = random.Uniform(config.ContrastMin, config.ContrastMax);
            Map(pixels, value => ((value - 127.5) * factor) + 127.5);
        }

        if (random.Chance(config.BrightnessP))
        {
            var factor = random.Uniform(config.BrightnessMin, config.BrightnessMax);
            Map(pixels, value => value * factor);
        }
    }

    private static void Map(Span<byte> pixels, Func<double, double> change)
    {
        Span<byte> table = stackalloc byte[256];
        for (var value = 0; value < 256; value++)
        {
            table[value] = Clip(change(value));
        }

        foreach (ref var pixel in pixels)
        {
            pixel = table[pixel];
        }
    }

    private static byte Clip(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);
}
