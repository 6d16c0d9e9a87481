using SleapNn.Augmentation;
using SleapNn.Configuration;
using static TorchSharp.torch;

namespace SleapNn.Tests.Training.Keys;

/// <summary>What each key of <c>augmentation_config</c> does, over many draws: chances are met, ranges are filled and not left.</summary>
public sealed class AugmentationKeyTests : TorchTest
{
    private const string Intensity = "data_config.augmentation_config.intensity.";
    private const string Geometric = "data_config.augmentation_config.geometric.";
    private const int Draws = 1500;
    private const int HeightPx = 100;
    private const int WidthPx = 200;

    [Theory]
    [InlineData(Intensity + "uniform_noise_p")]
    [InlineData(Intensity + "gaussian_noise_p")]
    [InlineData(Intensity + "contrast_p")]
    [InlineData(Intensity + "brightness_p")]
    [InlineData(Geometric + "affine_p")]
    [InlineData(Geometric + "rotation_p")]
    [InlineData(Geometric + "scale_p")]
    [InlineData(Geometric + "translate_p")]
    [InlineData(Geometric + "erase_p")]
    [InlineData(Geometric + "flip_p")]
    [InlineData(Geometric + "mixup_p")]
    public void A_chance_is_met(string key)
    {
        foreach (var (chance, least, most) in new[] { (0.0, 0.0, 0.0), (0.3, 0.25, 0.35), (1.0, 0.95, 1.0) })
        {
            var config = Varied();
            ConfigPath.Set(config, key, chance);
            Assert.InRange(Enumerable.Range(0, Draws).Count(draw => Changes(config, key, draw)) / (double)Draws, least, most);
        }
    }

    [Theory]
    [InlineData(Intensity + "uniform_noise_min", 0.05, 0.05, 0.4)]
    [InlineData(Intensity + "uniform_noise_max", 0.2, 0.1, 0.2)]
    [InlineData(Intensity + "contrast_min", 0.8, 0.8, 1.5)]
    [InlineData(Intensity + "contrast_max", 1.2, 0.5, 1.2)]
    [InlineData(Intensity + "brightness_min", 0.8, 0.8, 1.5)]
    [InlineData(Intensity + "brightness_max", 1.2, 0.5, 1.2)]
    [InlineData(Geometric + "rotation_min", -10.0, -10.0, 40.0)]
    [InlineData(Geometric + "rotation_max", 25.0, -30.0, 25.0)]
    [InlineData(Geometric + "scale_min", 0.9, 0.9, 1.5)]
    [InlineData(Geometric + "scale_max", 1.1, 0.5, 1.1)]
    [InlineData(Geometric + "translate_width", 0.05, -0.05, 0.05)]
    [InlineData(Geometric + "translate_height", 0.3, -0.3, 0.3)]
    [InlineData(Geometric + "erase_scale_min", 0.05, 0.05, 0.1)]
    [InlineData(Geometric + "erase_scale_max", 0.04, 0.01, 0.04)]
    [InlineData(Geometric + "erase_ratio_min", 1.0, 1.0, 2.0)]
    [InlineData(Geometric + "erase_ratio_max", 1.0, 0.5, 1.0)]
    [InlineData(Geometric + "mixup_lambda_min", 0.3, 0.3, 0.4)]
    [InlineData(Geometric + "mixup_lambda_max", 0.2, 0.1, 0.2)]
    public void A_range_is_filled_and_not_left(string key, double value, double from, double to)
    {
        var config = Varied();
        ConfigPath.Set(config, key, value);
        var drawn = Enumerable.Range(0, Draws).SelectMany(draw => Drawn(config, key, draw)).ToList();

        // Grey levels and whole pixels round what was drawn.
        var slack = key.Contains("erase") ? 0.08 * to : key.Contains("intensity") ? 0.012 : 1e-4;
        Assert.InRange(drawn.Min(), from - slack, from + (0.05 * (to - from)) + slack);
        Assert.InRange(drawn.Max(), to - (0.05 * (to - from)) - slack, to + slack);
    }

    [Theory]
    [InlineData(Intensity + "gaussian_noise_mean", 0.2, 51, 12.75)]
    [InlineData(Intensity + "gaussian_noise_std", 0.1, 0, 25.5)]
    public void Noise_has_the_moments_that_are_asked_for(string key, double value, double mean, double deviation)
    {
        var config = Varied();
        ConfigPath.Set(config, Intensity + "gaussian_noise_p", 1.0);
        ConfigPath.Set(config, key, value);
        var pixels = Enumerable.Repeat((byte)100, 20_000).ToArray();
        IntensityAugmentation.Apply(pixels, config.DataConfig.AugmentationConfig!.Intensity!, new SeededRandom(3));
        var average = pixels.Average(p => (double)p);
        Assert.InRange(average - 100, mean - 0.5, mean + 0.5);
        Assert.InRange(Math.Sqrt(pixels.Average(p => Math.Pow(p - average, 2))), deviation - 0.5, deviation + 0.5);
    }

    // Nothing happens by chance yet; what happens is in ranges that cannot be mistaken.
    private static SleapConfig Varied()
    {
        var config = new SleapConfig();
        config.DataConfig.AugmentationConfig = new AugmentationConfig
        {
            Intensity = new IntensityConfig
            {
                UniformNoiseMin = 0.1, UniformNoiseMax = 0.4, GaussianNoiseMean = 0, GaussianNoiseStd = 0.05,
                ContrastMin = 0.5, ContrastMax = 1.5, BrightnessMin = 0.5, BrightnessMax = 1.5,
            },
            Geometric = new GeometricConfig
            {
                RotationMin = -30, RotationMax = 40, ScaleMin = 0.5, ScaleMax = 1.5, TranslateWidth = 0.1, TranslateHeight = 0.2,
                EraseScaleMin = 0.01, EraseScaleMax = 0.1, EraseRatioMin = 0.5, EraseRatioMax = 2, MixupLambdaMin = 0.1, MixupLambdaMax = 0.4,
            },
        };
        return config;
    }

    private static bool Changes(SleapConfig config, string key, int draw)
    {
        var random = new SeededRandom(11, draw);
        var (intensity, geometric) = (config.DataConfig.AugmentationConfig!.Intensity!, config.DataConfig.AugmentationConfig.Geometric!);
        if (key.StartsWith(Intensity, StringComparison.Ordinal))
        {
            byte[] pixels = [100, 100, 100, 100];
            IntensityAugmentation.Apply(pixels, intensity, random);
            return pixels.Any(p => p != 100);
        }

        if (key.EndsWith("mixup_p", StringComparison.Ordinal))
        {
            return Strength(geometric, random) is not null;
        }

        if (key.EndsWith("erase_p", StringComparison.Ordinal))
        {
            return GeometricAugmentation.DrawErased(geometric, HeightPx, WidthPx, random) is not null;
        }

        if (key.EndsWith("flip_p", StringComparison.Ordinal))
        {
            using var scope = NewDisposeScope();
            float[] points = [1, 2];
            GeometricAugmentation.Apply(zeros(1, 1, 4, 8, dtype: ScalarType.Byte), points, 1, geometric, [], random);
            return points[0] == 6;
        }

        // Each of the parts that can be drawn on their own does what it is called, and no other.
        if (GeometricAugmentation.DrawAffine(geometric, HeightPx, WidthPx, random) is not { } map)
        {
            return false;
        }

        var (turn, size, x, y) = Parts(map);
        var together = key.EndsWith("affine_p", StringComparison.Ordinal);
        Assert.Equal(together || key.EndsWith("rotation_p", StringComparison.Ordinal), Math.Abs(turn) > 1e-9);
        Assert.Equal(together || key.EndsWith("scale_p", StringComparison.Ordinal), Math.Abs(size - 1) > 1e-9);
        Assert.Equal(together || key.EndsWith("translate_p", StringComparison.Ordinal), Math.Abs(x) + Math.Abs(y) > 1e-9);
        return true;
    }

    private static IEnumerable<double> Drawn(SleapConfig config, string key, int draw)
    {
        var random = new SeededRandom(13, draw);
        var (intensity, geometric) = (config.DataConfig.AugmentationConfig!.Intensity!, config.DataConfig.AugmentationConfig.Geometric!);
        var name = key.Split('.')[^1];
        switch (name[..name.IndexOf('_')])
        {
            case "uniform":
                intensity.UniformNoiseP = 1;
                yield return (Pixel(intensity, 20, random) - 20) / 255.0;
                break;
            case "contrast":
                intensity.ContrastP = 1;
                yield return (Pixel(intensity, 200, random) - 127.5) / (200 - 127.5);
                break;
            case "brightness":
                intensity.BrightnessP = 1;
                yield return Pixel(intensity, 150, random) / 150.0;
                break;
            case "erase":
                geometric.EraseP = 1;
                var (_, _, width, height) = GeometricAugmentation.DrawErased(geometric, 10 * HeightPx, 10 * WidthPx, random)!.Value;
                yield return name.Contains("ratio") ? height / (double)width : width * height / (100.0 * HeightPx * WidthPx);
                break;
            case "mixup":
                geometric.MixupP = 1;
                if (Strength(geometric, random) is { } strength)
                {
                    yield return strength;
                }

                break;
            default:
                geometric.AffineP = 1;
                var (turn, size, x, y) = Parts(GeometricAugmentation.DrawAffine(geometric, HeightPx, WidthPx, random)!.Value);
                yield return name switch
                {
                    "translate_width" => x / WidthPx,
                    "translate_height" => y / HeightPx,
                    _ => name.StartsWith("rotation", StringComparison.Ordinal) ? turn : size,
                };
                break;
        }
    }

    private static byte Pixel(IntensityConfig config, byte value, SeededRandom random)
    {
        byte[] pixels = [value];
        IntensityAugmentation.Apply(pixels, config, random);
        return pixels[0];
    }

    // What a black image took over of a white one; null where it kept its own.
    private static double? Strength(GeometricConfig config, SeededRandom random)
    {
        using var scope = NewDisposeScope();
        var images = cat([zeros(1, 1, 1, 1), ones(63, 1, 1, 1)]);
        var black = Mixup.Apply(images, config, random)[0].item<float>();
        return black > 0 ? black : null;
    }

    // The turn in degrees, the factor, and where the middle of the image goes.
    private static (double Turn, double Size, double X, double Y) Parts(SleapNn.Preprocessing.AffineTransform map)
    {
        var (x, y) = map.Apply((WidthPx - 1) / 2.0, (HeightPx - 1) / 2.0);
        return (
            Math.Atan2(map.YX, map.XX) * 180 / Math.PI,
            Math.Sqrt((map.XX * map.XX) + (map.YX * map.YX)),
            x - ((WidthPx - 1) / 2.0),
            y - ((HeightPx - 1) / 2.0));
    }
}
