namespace SleapNn;

/// <summary>How the frames of a video are compressed.</summary>
public enum VideoCodec
{
    /// <summary>In <c>.mp4</c> H.264 where ffmpeg is there, else MPEG-4 Part 2; in <c>.avi</c> Motion JPEG.</summary>
    Auto = 0,

    /// <summary>H.264 (<c>.mp4</c>), which every player and browser shows; needs ffmpeg.</summary>
    H264 = 1,

    /// <summary>MPEG-4 Part 2 (<c>.mp4</c>), which needs nothing but which browsers do not show.</summary>
    Mpeg4 = 2,

    /// <summary>Motion JPEG (<c>.avi</c>).</summary>
    MotionJpeg = 3,
}
