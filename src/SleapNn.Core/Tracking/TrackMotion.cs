namespace SleapNn.Tracking;

/// <summary>How earlier poses are moved to where the animal should be now.</summary>
public enum TrackMotion
{
    /// <summary>They stay where they were.</summary>
    None,

    /// <summary>Their points follow the image by pyramidal Lucas-Kanade optical flow. Needs the video.</summary>
    OpticalFlow,

    /// <summary>One constant-velocity Kalman filter a track foretells the next position. Needs the number of animals.</summary>
    Kalman,
}
