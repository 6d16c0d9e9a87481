using System.Runtime.InteropServices;
using OpenCvSharp;
using OpenCvSharp.Internal;

namespace SleapNn.Media;

/// <summary>
/// Opens videos by paths in any alphabet. OpenCvSharp hands paths on in the code page of Windows, which lacks most characters,
/// while FFmpeg inside OpenCV reads UTF-8.
/// </summary>
internal static partial class NativeVideo
{
    private const string Library = "OpenCvSharpExtern";

    /// <summary>Opens a video to read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="backend">What of OpenCV reads it.</param>
    /// <returns>The reader; it is not open where OpenCV cannot read the file.</returns>
    /// <exception cref="OpenCVException">OpenCV failed.</exception>
    public static VideoCapture OpenToRead(string path, VideoCaptureAPIs backend)
    {
        var capture = new VideoCapture();
        try
        {
            NativeMethods.HandleException(OpenCapture(capture.CvPtr, path, (int)backend, out _));
            return capture;
        }
        catch
        {
            capture.Dispose();
            throw;
        }
    }

    /// <summary>Opens a video to write colour frames.</summary>
    /// <param name="path">The file.</param>
    /// <param name="codec">Its codec.</param>
    /// <param name="framesPerSecond">Its rate.</param>
    /// <param name="size">Its size in pixels.</param>
    /// <returns>The writer; it is not open where OpenCV cannot write such a file.</returns>
    /// <exception cref="OpenCVException">OpenCV failed.</exception>
    public static VideoWriter OpenToWrite(string path, FourCC codec, double framesPerSecond, Size size)
    {
        var writer = new VideoWriter();
        try
        {
            NativeMethods.HandleException(OpenWriter(writer.CvPtr, path, codec.Value, framesPerSecond, new NativeSize(size.Width, size.Height), isColour: 1, out _));
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    [LibraryImport(Library, EntryPoint = "videoio_VideoCapture_open1", StringMarshalling = StringMarshalling.Utf8)]
    private static partial ExceptionStatus OpenCapture(nint capture, string path, int backend, out int isOpen);

    [LibraryImport(Library, EntryPoint = "videoio_VideoWriter_open1", StringMarshalling = StringMarshalling.Utf8)]
    private static partial ExceptionStatus OpenWriter(nint writer, string path, int codec, double framesPerSecond, NativeSize size, int isColour, out int isOpen);

    private readonly record struct NativeSize(int Width, int Height);
}
