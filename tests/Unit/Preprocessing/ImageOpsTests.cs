using SleapNn.Media;
using SleapNn.Preprocessing;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Tests.Preprocessing;

public sealed class ImageOpsTests : TorchTest
{
    private static NpzFile Reference => new(SharedData.PathTo("reference", "data", "resize.npz"));

    [SharedTheory]
    [InlineData("0.5")]
    [InlineData("0.75")]
    [InlineData("1.5")]
    [InlineData("0.3")]
    public void Resize_agrees_with_sleap_nn(string scale)
    {
        var frame = ReferenceImages.Frame();
        var factor = double.Parse(scale, System.Globalization.CultureInfo.InvariantCulture);
        ReferenceImages.AssertClose(ImageOps.Resize(frame, factor), Reference[$"resize_u8_{scale}"], 0);

        // The recorded float images are those of the frame in 0 .. 1.
        ReferenceImages.AssertClose(ImageOps.Resize(ImageOps.Normalize(frame), factor), Reference[$"resize_f32_{scale}"], 1e-4);
    }

    [SharedTheory]
    [InlineData(512, 512)]
    [InlineData(256, 300)]
    [InlineData(300, 256)]
    [InlineData(400, 384)]
    [InlineData(384, 500)]
    public void Size_matching_agrees_with_sleap_nn(int height, int width)
    {
        var (image, scale) = ImageOps.SizeMatch(ReferenceImages.Frame(), height, width);
        ReferenceImages.AssertClose(image, Reference[$"sizematch_u8_{height}x{width}"], 0);
        Assert.Equal(Reference[$"sizematch_scale_{height}x{width}"].ToDoubles()[0], scale, 6);
        ReferenceImages.AssertClose(
            ImageOps.SizeMatch(ImageOps.Normalize(ReferenceImages.Frame()), height, width).Image, Reference[$"sizematch_f32_{height}x{width}"], 1e-4);
    }

    [SharedFact]
    public void Channels_agree_with_sleap_nn()
    {
        var rgb = Reference["rgb_in"].ToTensor();
        ReferenceImages.AssertClose(ImageOps.EnsureChannels(rgb, 1), Reference["gray_u8"], 0);
        ReferenceImages.AssertClose(ImageOps.EnsureChannels(ImageOps.Normalize(rgb), 1), Reference["gray_f32"], 1e-6);
        ReferenceImages.AssertClose(ImageOps.EnsureChannels(ReferenceImages.Frame(), 3), Reference["to_rgb"], 0);
        Assert.Same(rgb, ImageOps.EnsureChannels(rgb, 3));
    }

    [SharedFact]
    public void Normalization_and_padding_agree_with_sleap_nn()
    {
        var frame = ReferenceImages.Frame();
        ReferenceImages.AssertClose(ImageOps.Normalize(frame), Reference["norm"], 1e-7);
        ReferenceImages.AssertClose(
            ImageOps.PadToStride(ImageOps.Normalize(frame).narrow(2, 0, 370).narrow(3, 0, 371), 32), Reference["pad_stride_32_of_370x371"], 1e-7);
    }

    [Fact]
    public void Float_images_are_divided_only_where_they_exceed_1()
    {
        Assert.Equal(1f, ImageOps.Normalize(ones(1, 1, 2, 2)).max().item<float>());
        Assert.Equal(1f, ImageOps.Normalize(full([1, 1, 2, 2], 255f)).max().item<float>());
    }

    [Fact]
    public void A_frame_becomes_planes()
    {
        var image = ImageOps.ToTensor(new ImageFrame(0, [1, 2, 3, 4, 5, 6], 1, 2, 3));
        Assert.Equal([1, 3, 1, 2], image.shape);
        Assert.Equal(new byte[] { 1, 4, 2, 5, 3, 6 }, image.data<byte>().ToArray());
    }

    [Fact]
    public void Two_channels_are_refused() =>
        Assert.Equal("MediaChannels", Assert.Throws<MediaException>(() => ImageOps.EnsureChannels(zeros(1, 2, 4, 4), 1)).ErrorId);

    [Fact]
    public void Resizing_to_nothing_is_refused() =>
        Assert.Equal("MediaEmptyImage", Assert.Throws<MediaException>(() => ImageOps.Resize(zeros(1, 1, 4, 4), 0.1)).ErrorId);
}
