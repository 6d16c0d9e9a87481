using SleapNn.Augmentation;
using SleapNn.Configuration;
using SleapNn.Tests.Preprocessing;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Tests.Augmentation;

public sealed class AugmentationTests : TorchTest
{
    /// <summary>A smooth dot stays under its keypoint: no bias, whatever is drawn.</summary>
    [Theory]
    [InlineData("rotation")]
    [InlineData("scale")]
    [InlineData("translate")]
    [InlineData("flip")]
    [InlineData("all")]
    public void A_dot_stays_under_its_keypoint(string kind)
    {
        var config = new GeometricConfig { RotationMin = -180, RotationMax = 180, ScaleMin = 0.8, ScaleMax = 1.2, TranslateWidth = 0.1, TranslateHeight = 0.1 };
        switch (kind)
        {
            case "rotation": config.RotationP = 1; break;
            case "scale": config.ScaleP = 1; break;
            case "translate": config.TranslateP = 1; break;
            case "flip": config.FlipP = 1; break;
            default: (config.AffineP, config.FlipP) = (1, 0.5); break;
        }

        var (sumX, sumY, worst) = (0.0, 0.0, 0.0);
        const int Draws = 200;
        for (var i = 0; i < Draws; i++)
        {
            using var scope = NewDisposeScope();
            var random = new SeededRandom(7, i);
            float[] points = [(float)random.Uniform(26, 38), (float)random.Uniform(30, 34)];
            var image = Dot(points[0], points[1], 60, 64);
            var moved = GeometricAugmentation.Apply(image, points, 1, config, [], random);
            var (x, y) = CentreOfMass(moved);
            sumX += x - points[0];
            sumY += y - points[1];
            worst = Math.Max(worst, Math.Max(Math.Abs(x - points[0]), Math.Abs(y - points[1])));
        }

        Assert.InRange(Math.Abs(sumX / Draws), 0, 0.05);
        Assert.InRange(Math.Abs(sumY / Draws), 0, 0.05);
        Assert.InRange(worst, 0, 0.5);
    }

    [Fact]
    public void A_flip_swaps_symmetric_nodes_of_every_instance()
    {
        float[] points = [1, 2, 3, 4, float.NaN, float.NaN, 7, 8];
        GeometricAugmentation.Apply(zeros(1, 1, 10, 10, dtype: ScalarType.Byte), points, 2, new GeometricConfig { FlipP = 1 }, [new(0, 1)], new SeededRandom(1));
        Assert.Equal([6f, 4f, 8f, 2f, 2f, 8f, float.NaN, float.NaN], points);
    }

    [Fact]
    public void Erasing_blackens_a_rectangle_of_the_drawn_area_and_moves_nothing()
    {
        float[] points = [5, 5];
        var config = new GeometricConfig { EraseP = 1, EraseScaleMin = 0.04, EraseScaleMax = 0.04 };
        var image = GeometricAugmentation.Apply(full([1, 3, 50, 50], 9, ScalarType.Byte), points, 1, config, [], new SeededRandom(3));
        Assert.Equal(3 * 100, image.eq(0).sum().item<long>());
        Assert.Equal([5f, 5f], points);
    }

    [Fact]
    public void Probability_0_changes_nothing()
    {
        float[] points = [5, 5];
        var image = randint(0, 255, [1, 1, 20, 20], ScalarType.Byte);
        var same = GeometricAugmentation.Apply(image, points, 1, new GeometricConfig(), [], new SeededRandom(3));
        Assert.Equal(0, ReferenceImages.LargestDifference(same, image));
        byte[] pixels = [1, 2, 255];
        IntensityAugmentation.Apply(pixels, new IntensityConfig(), new SeededRandom(3));
        Assert.Equal(new byte[] { 1, 2, 255 }, pixels);
    }

    [Theory]
    [InlineData("uniform", 138.25, 0.5)]
    [InlineData("gaussian", 125.5, 1)]
    [InlineData("contrast", 72.5, 0)]
    [InlineData("brightness", 50, 0)]
    public void Intensity_changes_are_of_the_configured_size(string kind, double expectedMean, double tolerance)
    {
        var config = kind switch
        {
            "uniform" => new IntensityConfig { UniformNoiseP = 1, UniformNoiseMin = 0.1, UniformNoiseMax = 0.2 },
            "gaussian" => new IntensityConfig { GaussianNoiseP = 1, GaussianNoiseMean = 0.1, GaussianNoiseStd = 0.05 },
            "contrast" => new IntensityConfig { ContrastP = 1, ContrastMin = 2, ContrastMax = 2 },
            _ => new IntensityConfig { BrightnessP = 1, BrightnessMin = 0.5, BrightnessMax = 0.5 },
        };
        var pixels = new byte[20_000];
        Array.Fill(pixels, (byte)100);
        IntensityAugmentation.Apply(pixels, config, new SeededRandom(5));
        Assert.InRange(pixels.Average(p => p), expectedMean - tolerance - 0.6, expectedMean + tolerance + 0.6);
    }

    [Fact]
    public void Bright_and_dark_are_clipped()
    {
        byte[] pixels = [0, 100, 250];
        IntensityAugmentation.Apply(pixels, new IntensityConfig { BrightnessP = 1, BrightnessMin = 2, BrightnessMax = 2 }, new SeededRandom(5));
        Assert.Equal(new byte[] { 0, 200, 255 }, pixels);
    }

    [Fact]
    public void The_same_seeds_give_the_same_numbers_and_others_do_not()
    {
        Assert.Equal(new SeededRandom(1, 2, 3).NextDouble(), new SeededRandom(1, 2, 3).NextDouble());
        Assert.NotEqual(new SeededRandom(1, 2, 3).NextDouble(), new SeededRandom(1, 3, 2).NextDouble());
        Assert.Equal(Enumerable.Range(0, 50), new SeededRandom(4).Permutation(50).Order());
        var gaussians = new SeededRandom(9);
        var values = Enumerable.Range(0, 20_000).Select(_ => gaussians.Gaussian()).ToArray();
        Assert.InRange(values.Average(), -0.03, 0.03);
        Assert.InRange(values.Select(v => v * v).Average(), 0.96, 1.04);
    }

    [Fact]
    public void Mixup_blends_with_the_drawn_strength()
    {
        var images = stack([zeros(1, 4, 4), ones(1, 4, 4)]);
        var mixed = Enumerable.Range(0, 20)
            .Select(i => Mixup.Apply(images, new GeometricConfig { MixupP = 1, MixupLambdaMin = 0.25, MixupLambdaMax = 0.25 }, new SeededRandom(i)))
            .First(m => m[0].max().item<float>() > 0);
        Assert.Equal(0.25f, mixed[0].max().item<float>(), 5);
        Assert.Equal(0.75f, mixed[1].min().item<float>(), 5);
        Assert.Same(images, Mixup.Apply(images, new GeometricConfig(), new SeededRandom(1)));
    }

    private static Tensor Dot(double x, double y, int height, int width)
    {
        var xs = arange(width, ScalarType.Float64) - x;
        var ys = arange(height, ScalarType.Float64) - y;
        return ((-(ys.square().unsqueeze(1) + xs.square().unsqueeze(0)) / 8).exp() * 255).round().to_type(ScalarType.Byte).view(1, 1, height, width);
    }

    private static (double X, double Y) CentreOfMass(Tensor image)
    {
        var mass = image[0, 0].to_type(ScalarType.Float64);
        var total = mass.sum();
        var x = (mass * arange(mass.shape[1], ScalarType.Float64).unsqueeze(0)).sum() / total;
        var y = (mass * arange(mass.shape[0], ScalarType.Float64).unsqueeze(1)).sum() / total;
        return (x.item<double>(), y.item<double>());
    }
}
