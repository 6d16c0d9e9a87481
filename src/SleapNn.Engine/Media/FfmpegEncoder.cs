using System.Diagnostics;
using System.Text;

namespace SleapNn.Media;

/// <summary>A running ffmpeg that takes raw frames.</summary>
internal sealed class FfmpegEncoder : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder complaints = new();
    private bool finished;

    public FfmpegEncoder(Process process)
    {
        this.process = process;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (complaints)
            {
                complaints.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
    }

    /// <summary>Takes one frame as blue, green and red bytes.</summary>
    /// <exception cref="IOException">ffmpeg has ended; the message is its own.</exception>
    public void Write(ReadOnlySpan<byte> frame)
    {
        try
        {
            process.StandardInput.BaseStream.Write(frame);
        }
        catch (IOException)
        {
            throw Failed();
        }
    }

    /// <summary>Ends the video.</summary>
    /// <exception cref="IOException">ffmpeg could not write it; the message is its own.</exception>
    public void Finish()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            throw Failed();
        }

        process.WaitForExit();
        finished = true;
        if (process.ExitCode != 0)
        {
            throw Failed();
        }
    }

    public void Dispose()
    {
        if (!finished && !process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private IOException Failed()
    {
        process.WaitForExit();
        lock (complaints)
        {
            return new IOException(complaints.Length > 0 ? complaints.ToString().Trim() : $"ffmpeg ended with exit code {process.ExitCode}");
        }
    }
}
