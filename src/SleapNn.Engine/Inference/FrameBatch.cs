using SleapNn.Media;
using static TorchSharp.torch;

namespace SleapNn.Inference;

/// <summary>Frames of one size that go through the models together.</summary>
/// <param name="Frames">The frames.</param>
/// <param name="Images">The same as 8-bit tensor, (batch, channels, height, width), on the CPU.</param>
internal sealed record FrameBatch(IReadOnlyList<ImageFrame> Frames, Tensor Images) : IDisposable
{
    /// <summary>Puts frames together.</summary>
    /// <param name="frames">Frames of one size and number of channels; at least one.</param>
    /// <returns>The batch, which belongs to no dispose scope: it may change threads.</returns>
    public static FrameBatch Of(IReadOnlyList<ImageFrame> frames)
    {
        var first = frames[0];
        var (pixels, channels) = (first.HeightPx * first.WidthPx, first.Channels);
        var images = empty([frames.Count, channels, first.HeightPx, first.WidthPx], ScalarType.Byte);
        images.DetachFromDisposeScope();
        var planes = images.bytes;
        for (var i = 0; i < frames.Count; i++)
        {
            var source = frames[i].Pixels;
            var target = planes.Slice(i * channels * pixels, channels * pixels);
            if (channels == 1)
            {
                source.CopyTo(target);
                continue;
            }

            for (var channel = 0; channel < channels; channel++)
            {
                var plane = target.Slice(channel * pixels, pixels);
                for (int pixel = 0, at = channel; pixel < plane.Length; pixel++, at += channels)
                {
                    plane[pixel] = source[at];
                }
            }
        }

        return new FrameBatch([.. frames], images);
    }

    /// <inheritdoc/>
    public void Dispose() => Images.Dispose();
}
