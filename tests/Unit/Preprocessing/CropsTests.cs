using SleapNn.Preprocessing;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Tests.Preprocessing;

public sealed class CropsTests : TorchTest
{
    private static NpzFile Reference => new(SharedData.PathTo("reference", "data", "crops.npz"));

    private static Tensor Centroids => new NpzFile(SharedData.PathTo("reference", "data", "maps.npz"))["centroids_none"].ToTensor();

    [SharedTheory]
    [InlineData(96, 96)]
    [InlineData(160, 160)]
    [InlineData(95, 97)]
    [InlineData(100, 100)]
    public void Whole_pixel_crops_agree_with_sleap_nn(int height, int width)
    {
        var (crops, topLeft) = Crops.AtCentroids(ReferenceImages.Frame(), Centroids, [0, 0], height, width);
        ReferenceImages.AssertClose(crops, Reference[$"infer_{height}x{width}_crops"], 0);
        ReferenceImages.AssertClose(topLeft, new NpyArray("<f4", [2, 2], false, [.. Reference[$"bbox_{height}x{width}"].Data[..8], .. Reference[$"bbox_{height}x{width}"].Data[32..40]]), 1e-4);
        var rounded = Crops.AtCentroids(ReferenceImages.Frame(), Centroids.round(), [0, 0], height, width).Crops;
        ReferenceImages.AssertClose(rounded, Reference[$"infer_{height}x{width}_roundcent_crops"], 0);
    }

    [SharedFact]
    public void Whole_pixel_crops_over_the_edge_agree_with_sleap_nn()
    {
        var corners = Reference["infer_edge_bbox"].ToSingles();
        var centroids = tensor(new[,]
        {
            { (corners[0] + corners[4]) / 2, (corners[1] + corners[5]) / 2 },
            { (corners[8] + corners[12]) / 2, (corners[9] + corners[13]) / 2 },
        });
        ReferenceImages.AssertClose(Crops.AtCentroids(ReferenceImages.Frame(), centroids, [0, 0], 96, 96).Crops, Reference["infer_edge_crops"], 0);
    }

    [SharedTheory]
    [InlineData(96, 96)]
    [InlineData(160, 160)]
    [InlineData(95, 97)]
    [InlineData(100, 100)]
    public void Fractional_crops_agree_with_sleap_nn_within_one_grey_level(int height, int width)
    {
        var centroids = Centroids.data<float>().ToArray();
        for (var i = 0; i < 2; i++)
        {
            var (crop, left, top) = Crops.Fractional(ReferenceImages.Frame(), centroids[2 * i], centroids[(2 * i) + 1], height, width);
            ReferenceImages.AssertClose(crop, Reference[$"train_{height}x{width}_i{i}_image_u8"], 1);
            var box = Reference[$"train_{height}x{width}_i{i}_instance_bbox"].ToSingles();
            Assert.Equal(box[0], left, 4);
            Assert.Equal(box[1], top, 4);
        }
    }

    /// <summary>What is at a place in a crop is at that place and the corner in the image, in training as at inference.</summary>
    [Theory]
    [InlineData(16, 16, 20.3f, 21.8f)]
    [InlineData(15, 17, 20.5f, 21f)]
    [InlineData(16, 16, 3.2f, 47.9f)]
    [InlineData(24, 20, 0.4f, 10.1f)]
    public void Exact_crops_tell_their_own_corner(int height, int width, float x, float y)
    {
        var image = randint(1, 255, [1, 1, 48, 52], ScalarType.Byte);
        var (found, corners) = Crops.AtCentroids(image, tensor(new[,] { { x, y } }), [0], height, width, CropForm.Exact);
        var (made, left, top) = Crops.Whole(image, x, y, height, width);
        Assert.Equal((corners[0, 0].item<float>(), corners[0, 1].item<float>()), (left, top));
        Assert.InRange(x - left - ((width - 1) / 2f), 0, 1);
        Assert.InRange(y - top - ((height - 1) / 2f), 0, 1);
        for (var row = 0; row < found.shape[2]; row++)
        {
            for (var column = 0; column < found.shape[3]; column++)
            {
                var (atX, atY) = (column + (int)left, row + (int)top);
                var expected = atX >= 0 && atY >= 0 && atX < 52 && atY < 48 ? image[0, 0, atY, atX].item<byte>() : (byte)0;
                Assert.Equal(expected, found[0, 0, row, column].item<byte>());
                Assert.Equal(expected, made[0, 0, row, column].item<byte>());
            }
        }
    }

    [Fact]
    public void No_centroids_give_no_crops()
    {
        var (crops, topLeft) = Crops.AtCentroids(zeros(1, 1, 8, 8), zeros(0, 2), [], 4, 6);
        Assert.Equal([0, 1, 4, 6], crops.shape);
        Assert.Equal([0, 2], topLeft.shape);
    }

    [Fact]
    public void A_crop_far_outside_is_black()
    {
        var crops = Crops.AtCentroids(ones(1, 1, 8, 8), tensor(new[,] { { 1000f, -1000f } }), [0], 4, 4).Crops;
        Assert.Equal(0f, crops.max().item<float>());
    }
}
