using SleapNn.Configuration;
using SleapNn.Preprocessing;

namespace SleapNn.Tests.Preprocessing;

public sealed class CropSizeTests
{
    [Theory]
    [InlineData(120, 100, null, 16, 128)]
    [InlineData(120, 100, 20, 16, 144)]
    [InlineData(40, 100, null, 16, 112)]
    [InlineData(40, 100, 20, 16, 112)]
    [InlineData(40, null, null, 1, 40)]
    public void The_largest_animal_and_its_padding_fit_and_the_size_is_a_multiple_of_the_stride(
        double largestPx, int? minimumPx, int? paddingPx, int stride, int expectedPx)
    {
        var data = new DataConfig { UseAugmentationsTrain = false };
        (data.Preprocessing.MinCropSize, data.Preprocessing.CropPadding) = (minimumPx, paddingPx);
        Assert.Equal(expectedPx, CropSize.For([Animal(10), Animal(largestPx)], data, stride));
    }

    [Fact]
    public void What_turns_and_grows_needs_room()
    {
        var data = new DataConfig
        {
            UseAugmentationsTrain = true,
            AugmentationConfig = new() { Geometric = new() { AffineP = 1, RotationMin = -180, RotationMax = 180, ScaleMin = 1, ScaleMax = 1.1 } },
        };
        var side = CropSize.For([Animal(200)], data, 1);
        Assert.Equal((int)Math.Ceiling(200 * Math.Sqrt(2) * 1.1), side);
        data.UseAugmentationsTrain = false;
        Assert.Equal(200, CropSize.For([Animal(200)], data, 1));
    }

    [Fact]
    public void Animals_without_visible_points_do_not_count()
    {
        var data = new DataConfig();
        data.Preprocessing.MinCropSize = 32;
        var skeleton = new Skeleton { Nodes = { "a", "b" } };
        var hidden = new PoseInstance(skeleton, [new(0, 0, Visible: false), new(500, 0, Visible: false)]);
        Assert.Equal(32, CropSize.For([hidden], data, 16));
    }

    private static PoseInstance Animal(double lengthPx) =>
        new(new Skeleton { Nodes = { "a", "b" } }, [new(5, 7), new(5, 7 + lengthPx)]);
}
