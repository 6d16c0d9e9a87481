using System.Diagnostics;
using System.Globalization;
using SleapNn.Runtime;

namespace SleapNn.Media;

/// <summary>Encodes video with the ffmpeg program, where the user has it in PATH.</summary>
internal static class Ffmpeg
{
    private static readonly Lazy<string?> Found = new(FindEncoder);

    /// <summary>The name of ffmpeg's H.264 encoder, or null where there is no ffmpeg that can encode H.264.</summary>
    public static string? H264Encoder => Found.Value;

    /// <summary>Starts an encoder for raw frames; each <see cref="FfmpegEncoder.Write"/> takes one.</summary>
    public static FfmpegEncoder Start(string path, double framesPerSecond, int heightPx, int widthPx)
    {
        var rate = framesPerSecond.ToString("R", CultureInfo.InvariantCulture);
        string[] quality = H264Encoder == "libx264" ? ["-crf", "18", "-preset", "fast"] : ["-b:v", "8M"];
        string[] arguments =
        [
            "-hide_banner", "-loglevel", "error", "-nostdin", "-y",
            "-f", "rawvideo", "-pixel_format", "bgr24", "-video_size", $"{widthPx}x{heightPx}", "-framerate", rate, "-i", "pipe:0",
            "-an", "-c:v", H264Encoder!, .. quality, "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4", path,
        ];
        return new FfmpegEncoder(Process.Start(new ProcessStartInfo("ffmpeg", arguments) { RedirectStandardInput = true, RedirectStandardError = true })!);
    }

    private static string? FindEncoder() => ProgramRunner.Run("ffmpeg", ["-hide_banner", "-encoders"]) is { } result
        ? new[] { "libx264", "libopenh264" }.FirstOrDefault(name => result.Output.Contains($" {name} ", StringComparison.Ordinal))
        : null;
}
