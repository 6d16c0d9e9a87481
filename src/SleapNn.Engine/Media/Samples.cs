using System.Runtime.InteropServices;
using OpenCvSharp;
using SleapNn.Runtime;

namespace SleapNn.Media;

/// <summary>Moves pixels between OpenCV's matrices (BGR) and frames (RGB or grey).</summary>
internal static class Samples
{
    /// <summary>Whether a picture of three channels holds grey only: its first and last channel are the same everywhere.</summary>
    /// <param name="picture">8-bit, 1 or 3 channels.</param>
    /// <returns>True for grey.</returns>
    public static bool IsGrey(Mat picture)
    {
        if (picture.Channels() == 1)
        {
            return true;
        }

        using var first = picture.ExtractChannel(0);
        using var last = picture.ExtractChannel(2);
        return Cv2.Norm(first, last, NormTypes.INF) == 0;
    }

    /// <summary>Copies a picture into a frame.</summary>
    /// <param name="picture">8-bit, 1 or 3 channels.</param>
    /// <param name="index">The frame's index.</param>
    /// <param name="channels">1 takes the first channel (red) of a colour picture, as sleap-io does; 3 repeats a grey one.</param>
    /// <param name="isRgb">Whether the picture's channels are in RGB order already.</param>
    /// <returns>The frame.</returns>
    public static ImageFrame ToFrame(Mat picture, int index, int channels, bool isRgb = false)
    {
        using var converted = (picture.Channels(), channels) switch
        {
            (1, 1) => picture.Clone(),
            (1, _) => picture.CvtColor(ColorConversionCodes.GRAY2RGB),
            (_, 1) => picture.ExtractChannel(isRgb ? 0 : 2),
            _ when isRgb => picture.Clone(),
            _ => picture.CvtColor(ColorConversionCodes.BGR2RGB),
        };
        var pixels = GC.AllocateUninitializedArray<byte>(checked(converted.Rows * converted.Cols * channels));
        Marshal.Copy(converted.Data, pixels, 0, pixels.Length);
        return new ImageFrame(index, pixels, converted.Rows, converted.Cols, channels);
    }

    /// <summary>Copies a frame into a matrix in OpenCV's BGR order.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>8-bit, 3 channels; the caller disposes it.</returns>
    public static Mat ToBgr(ImageFrame frame)
    {
        if (frame.Pixels.Length != frame.HeightPx * frame.WidthPx * frame.Channels || frame.Channels is not (1 or 3) || frame.Pixels.Length == 0)
        {
            throw new MediaException(
                "MediaFrameShape",
                $"A frame of {frame.HeightPx} x {frame.WidthPx} x {frame.Channels} cannot hold {frame.Pixels.Length} bytes; a frame has 1 or 3 channels.",
                frame.Index);
        }

        NativeLibraries.EnsureOpenCvLoaded();
        using var raw = new Mat(frame.HeightPx, frame.WidthPx, frame.Channels == 1 ? MatType.CV_8UC1 : MatType.CV_8UC3);
        Marshal.Copy(frame.Pixels, 0, raw.Data, frame.Pixels.Length);
        return raw.CvtColor(frame.Channels == 1 ? ColorConversionCodes.GRAY2BGR : ColorConversionCodes.RGB2BGR);
    }

    /// <summary>Decodes the bytes of an image file (PNG, JPEG, BMP, TIFF, ...) to 8 bits and 1 or 3 channels, without turning it by its EXIF tag.</summary>
    /// <param name="bytes">The file's content.</param>
    /// <returns>The picture in BGR order, or null where the bytes are no image that can be decoded. The caller disposes it.</returns>
    public static Mat? Decode(ReadOnlySpan<byte> bytes)
    {
        NativeLibraries.EnsureOpenCvLoaded();
        if (bytes.IsEmpty)
        {
            return null;
        }

        Mat picture;
        try
        {
            picture = Cv2.ImDecode(bytes, ImreadModes.Unchanged);
        }
        catch (OpenCVException)
        {
            return null;
        }

        using (picture)
        {
            return picture.Empty() ? null : ToEightBits(picture);
        }
    }

    private static Mat? ToEightBits(Mat picture)
    {
        using var narrow = new Mat();
        switch (picture.Depth())
        {
            case MatType.CV_8U:
                picture.CopyTo(narrow);
                break;
            case MatType.CV_16U:
                picture.ConvertTo(narrow, MatType.CV_8U, 1 / 257.0);
                break;
            case MatType.CV_32F:
                picture.ConvertTo(narrow, MatType.CV_8U, 255);
                break;
            default:
                return null;
        }

        return narrow.Channels() switch
        {
            1 or 3 => narrow.Clone(),
            4 => narrow.CvtColor(ColorConversionCodes.BGRA2BGR),
            _ => null,
        };
    }
}
