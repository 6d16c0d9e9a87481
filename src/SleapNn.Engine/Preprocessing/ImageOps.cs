using SleapNn.Media;
using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Preprocessing;

/// <summary>
/// What happens to an image before a model sees it, in the order channels, size matching, scale, padding. All
/// functions are pure: images are tensors (batch, channels, height, width), 8-bit or float, and keep their type where
/// not said otherwise. Numbers agree with sleap-nn's preprocessing. The caller owns what is returned, which can be the
/// same tensor as the input where there was nothing to do.
/// </summary>
public static class ImageOps
{
    /// <summary>Turns a decoded frame into an image.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>8-bit, (1, channels, height, width), on the CPU.</returns>
    public static Tensor ToTensor(ImageFrame frame)
    {
        using var scope = NewDisposeScope();
        var interleaved = tensor(frame.Pixels, [1, frame.HeightPx, frame.WidthPx, frame.Channels], dtype: ScalarType.Byte);
        return interleaved.permute(0, 3, 1, 2).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Converts between grey and RGB. Grey is 0.2989 R + 0.587 G + 0.114 B, truncated for 8-bit images, as torchvision does.</summary>
    /// <param name="image">(batch, 1 or 3, height, width).</param>
    /// <param name="channels">1 for grey, 3 for RGB.</param>
    /// <returns>(batch, <paramref name="channels"/>, height, width).</returns>
    /// <exception cref="MediaException">The image has neither 1 nor 3 channels (MediaChannels).</exception>
    public static Tensor EnsureChannels(Tensor image, int channels)
    {
        if (image.shape[1] == channels)
        {
            return image;
        }

        if (image.shape[1] is not (1 or 3) || channels is not (1 or 3))
        {
            throw new MediaException("MediaChannels", $"An image of {image.shape[1]} channels cannot become one of {channels}: only grey (1) and RGB (3) are known.");
        }

        using var scope = NewDisposeScope();
        if (channels == 3)
        {
            return image.repeat(1, 3, 1, 1).MoveToOuterDisposeScope();
        }

        var source = image.to_type(ScalarType.Float32);
        var grey = source.narrow(1, 0, 1).Times(0.2989).Plus(source.narrow(1, 1, 1).Times(0.587)).Plus(source.narrow(1, 2, 1).Times(0.114));
        return grey.to_type(image.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Fits an image into a frame: resized with its proportions kept to touch the frame, then padded with black at the
    /// bottom and on the right.
    /// </summary>
    /// <param name="image">(batch, channels, height, width).</param>
    /// <param name="heightPx">The frame's height; null keeps the image's.</param>
    /// <param name="widthPx">The frame's width; null keeps the image's.</param>
    /// <returns>The image, and the factor by which coordinates grew.</returns>
    public static (Tensor Image, double Scale) SizeMatch(Tensor image, int? heightPx, int? widthPx)
    {
        var (height, width) = ((int)image.shape[2], (int)image.shape[3]);
        var (maxHeight, maxWidth) = (heightPx ?? height, widthPx ?? width);
        if (height == maxHeight && width == maxWidth)
        {
            return (image, 1);
        }

        var scale = MatchingScale(height, width, maxHeight, maxWidth);
        using var scope = NewDisposeScope();
        var resized = ResizeTo(image, (int)Math.Round(height * scale), (int)Math.Round(width * scale));
        return (PadTo(resized, maxHeight, maxWidth).MoveToOuterDisposeScope(), scale);
    }

    /// <summary>The factor by which an image is resized to touch a frame.</summary>
    /// <param name="heightPx">The image's height.</param>
    /// <param name="widthPx">The image's width.</param>
    /// <param name="maxHeightPx">The frame's height.</param>
    /// <param name="maxWidthPx">The frame's width.</param>
    /// <returns>The factor.</returns>
    internal static double MatchingScale(int heightPx, int widthPx, int maxHeightPx, int maxWidthPx) =>
        Math.Min((double)maxHeightPx / heightPx, (double)maxWidthPx / widthPx);

    /// <summary>Resizes by a factor; the new size is truncated, not rounded.</summary>
    /// <param name="image">(batch, channels, height, width).</param>
    /// <param name="scale">The factor, the same for both axes.</param>
    /// <returns>(batch, channels, int(height scale), int(width scale)).</returns>
    public static Tensor Resize(Tensor image, double scale) =>
        scale == 1 ? image : ResizeTo(image, (int)(image.shape[2] * scale), (int)(image.shape[3] * scale));

    /// <summary>Resizes by antialiased bilinear interpolation; 8-bit results are rounded half to even.</summary>
    /// <param name="image">(batch, channels, height, width).</param>
    /// <param name="heightPx">The new height.</param>
    /// <param name="widthPx">The new width.</param>
    /// <returns>(batch, channels, heightPx, widthPx).</returns>
    /// <exception cref="MediaException">The new size is empty (MediaEmptyImage).</exception>
    public static Tensor ResizeTo(Tensor image, int heightPx, int widthPx)
    {
        if (image.shape[2] == heightPx && image.shape[3] == widthPx)
        {
            return image;
        }

        if (heightPx < 1 || widthPx < 1)
        {
            throw new MediaException("MediaEmptyImage", $"An image of {image.shape[2]} x {image.shape[3]} pixels cannot be resized to {heightPx} x {widthPx}: use a larger scale.");
        }

        var isByte = image.dtype == ScalarType.Byte;
        if (isByte && image.device_type == DeviceType.CPU)
        {
            return ByteResize.Resize(image, heightPx, widthPx);
        }

        using var scope = NewDisposeScope();
        var resized = nn.functional.interpolate(
            isByte ? image.to_type(ScalarType.Float32) : image,
            [heightPx, widthPx],
            mode: InterpolationMode.Bilinear,
            align_corners: false,
            antialias: true);
        return (isByte ? resized.round().to_type(ScalarType.Byte) : resized).MoveToOuterDisposeScope();
    }

    /// <summary>Pads with black at the bottom and on the right until both sides are divisible by the stride.</summary>
    /// <param name="image">(batch, channels, height, width).</param>
    /// <param name="stride">The model's maximum stride.</param>
    /// <returns>The padded image.</returns>
    public static Tensor PadToStride(Tensor image, int stride) =>
        PadTo(image, RoundUp((int)image.shape[2], stride), RoundUp((int)image.shape[3], stride));

    /// <summary>Pads with black at the bottom and on the right.</summary>
    /// <param name="image">(batch, channels, height, width).</param>
    /// <param name="heightPx">The new height, at least the image's.</param>
    /// <param name="widthPx">The new width, at least the image's.</param>
    /// <returns>(batch, channels, heightPx, widthPx).</returns>
    public static Tensor PadTo(Tensor image, int heightPx, int widthPx)
    {
        var (bottom, right) = (heightPx - image.shape[2], widthPx - image.shape[3]);
        return bottom == 0 && right == 0 ? image : nn.functional.pad(image, [0, right, 0, bottom], PaddingModes.Constant, 0);
    }

    /// <summary>
    /// Brings samples to 0 .. 1: 8-bit images are divided by 255, float images only where their maximum exceeds 1.
    /// </summary>
    /// <param name="image">(batch, channels, height, width), on any device.</param>
    /// <returns>The same shape, 32-bit float.</returns>
    public static Tensor Normalize(Tensor image)
    {
        using var scope = NewDisposeScope();
        if (!image.is_floating_point())
        {
            return image.to_type(ScalarType.Float32).Over(255).MoveToOuterDisposeScope();
        }

        return image.numel() > 0 && image.max().to_type(ScalarType.Float32).item<float>() > 1 ? image.Over(255).MoveToOuterDisposeScope() : image;
    }

    /// <summary>The smallest multiple of the stride that is not below the size.</summary>
    /// <param name="sizePx">The size.</param>
    /// <param name="stride">The stride; 1 or less leaves the size.</param>
    /// <returns>The multiple.</returns>
    public static int RoundUp(int sizePx, int stride) => stride <= 1 ? sizePx : (sizePx + stride - 1) / stride * stride;
}
