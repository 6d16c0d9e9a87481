namespace SleapNn.Tracking;

/// <summary>What the Kalman filter follows.</summary>
public enum KalmanPoints
{
    /// <summary>The mean of the chosen nodes; the pose is moved as a whole.</summary>
    Centroid,

    /// <summary>Each chosen node by itself; less steady.</summary>
    Keypoints,
}
