using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Preprocessing;

/// <summary>Moves the pixels of 8-bit images. Runs on one thread and in exact arithmetic, so it is the same on every machine.</summary>
public static class ImageWarp
{
    /// <summary>Samples an image bilinearly along an affine map; what lies outside it is black.</summary>
    /// <param name="image">8-bit, (1, channels, height, width), on the CPU.</param>
    /// <param name="outputToInput">Where each output pixel's centre lies in the image.</param>
    /// <param name="heightPx">The output's height.</param>
    /// <param name="widthPx">The output's width.</param>
    /// <returns>8-bit, (1, channels, heightPx, widthPx).</returns>
    /// <exception cref="ArgumentException">The image is not 8-bit or not on the CPU.</exception>
    public static Tensor Apply(Tensor image, AffineTransform outputToInput, int heightPx, int widthPx)
    {
        if (image.dtype != ScalarType.Byte || image.device_type != DeviceType.CPU || image.shape[0] != 1)
        {
            throw new ArgumentException($"Only one 8-bit image on the CPU can be warped, not {image.dtype} of shape ({string.Join(", ", image.shape)}) on {image.device}.", nameof(image));
        }

        var (channels, height, width) = ((int)image.shape[1], (int)image.shape[2], (int)image.shape[3]);
        var from = TensorValues.Of<byte>(image);
        var to = new byte[channels * heightPx * widthPx];
        for (var channel = 0; channel < channels; channel++)
        {
            Plane(
                from.AsSpan(channel * height * width, height * width), height, width,
                to.AsSpan(channel * heightPx * widthPx, heightPx * widthPx), heightPx, widthPx, outputToInput);
        }

        return tensor(to, [1, channels, heightPx, widthPx], dtype: ScalarType.Byte);
    }

    private static void Plane(ReadOnlySpan<byte> from, int height, int width, Span<byte> to, int outHeight, int outWidth, AffineTransform map)
    {
        for (var row = 0; row < outHeight; row++)
        {
            var x = (map.XY * row) + map.X0;
            var y = (map.YY * row) + map.Y0;
            var line = to.Slice(row * outWidth, outWidth);
            for (var column = 0; column < outWidth; column++)
            {
                var sx = x + (map.XX * column);
                var sy = y + (map.YX * column);
                if (!(sx > -1 && sy > -1 && sx < width && sy < height))
                {
                    continue;
                }

                var (left, top) = ((int)Math.Floor(sx), (int)Math.Floor(sy));
                var (fx, fy) = ((float)(sx - left), (float)(sy - top));
                float value;
                if (left >= 0 && top >= 0 && left < width - 1 && top < height - 1)
                {
                    var at = from.Slice((top * width) + left, width + 2);
                    var upper = at[0] + (fx * (at[1] - at[0]));
                    var lower = at[width] + (fx * (at[width + 1] - at[width]));
                    value = upper + (fy * (lower - upper));
                }
                else
                {
                    value = (((1 - fx) * Sample(from, height, width, left, top)) + (fx * Sample(from, height, width, left + 1, top))) * (1 - fy);
                    value += (((1 - fx) * Sample(from, height, width, left, top + 1)) + (fx * Sample(from, height, width, left + 1, top + 1))) * fy;
                }

                line[column] = (byte)MathF.Round(value);
            }
        }
    }

    private static float Sample(ReadOnlySpan<byte> plane, int height, int width, int x, int y) =>
        x < 0 || y < 0 || x >= width || y >= height ? 0 : plane[(y * width) + x];
}
