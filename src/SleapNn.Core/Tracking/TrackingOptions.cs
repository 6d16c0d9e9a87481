namespace SleapNn.Tracking;

/// <summary>How poses are linked over time. All distances are pixels of the full frame.</summary>
public sealed class TrackingOptions
{
    /// <summary>Which earlier poses a new one is compared with; null: local queues where <see cref="MaxTracks"/> is set, else a fixed window.</summary>
    public CandidateSource? Candidates { get; set; }

    /// <summary>How many frames (fixed window) or poses of each track (local queues) are looked back on.</summary>
    public int WindowSize { get; set; } = 5;

    /// <summary>What of a pose is compared.</summary>
    public TrackingFeature Feature { get; set; } = TrackingFeature.Keypoints;

    /// <summary>
    /// How two poses are compared; null: what fits <see cref="Feature"/>: OKS for keypoints (Euclidean for a skeleton of
    /// one node, which has no size), Euclidean for centroids, IoU for boxes, cosine for images.
    /// </summary>
    public TrackingScore? Score { get; set; }

    /// <summary>The spread of a node for OKS; larger forgives more. Null: 0.1 with Kalman filters on keypoints, else 0.025.</summary>
    public double? OksStddev { get; set; }

    /// <summary>How the scores against several poses of one track become one.</summary>
    public ScoreReduction Reduction { get; set; } = ScoreReduction.Mean;

    /// <summary>The quantile of <see cref="ScoreReduction.RobustQuantile"/>, from 0 to 1; 1 is the largest score.</summary>
    public double Quantile { get; set; } = 1;

    /// <summary>How new poses are given to tracks.</summary>
    public TrackMatching Matching { get; set; } = TrackMatching.Hungarian;

    /// <summary>The largest number of tracks of a video, or null for no limit. Works with local queues, whose tracks never end.</summary>
    public int? MaxTracks { get; set; }

    /// <summary>A track is started only by a pose with more visible points than this.</summary>
    public int MinNewTrackPoints { get; set; }

    /// <summary>An earlier pose is compared with only if it has more visible points than this.</summary>
    public int MinMatchPoints { get; set; }

    /// <summary>How earlier poses are moved to where the animal should be now.</summary>
    public TrackMotion Motion { get; set; } = TrackMotion.None;

    /// <summary>The factor by which images are scaled for optical flow; less than 1 is faster and sees faster motion.</summary>
    public double FlowScale { get; set; } = 1;

    /// <summary>The side of the window of optical flow, in pixels of each pyramid level.</summary>
    public int FlowWindowSize { get; set; } = 21;

    /// <summary>The highest pyramid level of optical flow; 0 uses the image alone.</summary>
    public int FlowMaxLevel { get; set; } = 3;

    /// <summary>What the Kalman filters follow.</summary>
    public KalmanPoints KalmanPoints { get; set; } = KalmanPoints.Centroid;

    /// <summary>The names of the nodes that the Kalman filters follow; empty: all.</summary>
    public string[] KalmanNodes { get; set; } = [];

    /// <summary>How many frames are tracked without motion before the Kalman filters are fitted.</summary>
    public int KalmanWarmupFrames { get; set; } = 10;

    /// <summary>A track's Kalman filter is dropped, to be fitted anew, after this many frames without the animal.</summary>
    public int KalmanResetGap { get; set; } = 5;

    /// <summary>The weight of the foretold position against the last seen one, from 0 to 1.</summary>
    public double KalmanBlend { get; set; } = 0.5;

    /// <summary>A position farther from the foretold one than this many usual steps is not believed.</summary>
    public double KalmanGateSteps { get; set; } = 8;

    /// <summary>The least distance at which a position is not believed, in pixels.</summary>
    public double KalmanMinGatePx { get; set; } = 40;

    /// <summary>The highest speed that a filter may learn, in usual steps a frame.</summary>
    public double KalmanMaxSpeedSteps { get; set; } = 3;

    /// <summary>The least value of the highest speed, in pixels a frame.</summary>
    public double KalmanMinMaxSpeedPx { get; set; } = 15;

    /// <summary>The number of animals in the video, or null where it is not known.</summary>
    public int? TargetInstanceCount { get; set; }

    /// <summary>Whether predicted poses beyond <see cref="TargetInstanceCount"/> are removed from a frame before tracking.</summary>
    public bool PreCull { get; set; }

    /// <summary>
    /// When removing before tracking, those that overlap a better one by more than this part of their box go first; 0: by
    /// score alone.
    /// </summary>
    public double PreCullOverlap { get; set; }

    /// <summary>The number of predicted poses kept in a frame after tracking, or null for all. Breaks are joined then as well.</summary>
    public int? PostCullCount { get; set; }

    /// <summary>As <see cref="PreCullOverlap"/>, after tracking.</summary>
    public double PostCullOverlap { get; set; }

    /// <summary>
    /// Whether a track that starts in the very frame in which one other is missing goes on as that one. Needs
    /// <see cref="TargetInstanceCount"/>.
    /// </summary>
    public bool ConnectBreaks { get; set; }

    /// <summary>Whether predicted poses that got no track are kept; else they are removed. Labelled poses are always kept.</summary>
    public bool KeepUntracked { get; set; }

    /// <summary>Whether images are needed besides poses.</summary>
    public bool NeedsImages => Motion == TrackMotion.OpticalFlow || Feature == TrackingFeature.Image;

    /// <summary>Copies the options.</summary>
    /// <returns>The copy; changing it leaves this as it is.</returns>
    public TrackingOptions Copy()
    {
        var copy = (TrackingOptions)MemberwiseClone();
        copy.KalmanNodes = [.. KalmanNodes];
        return copy;
    }

    /// <summary>Tests whether the values are in range and go together.</summary>
    /// <exception cref="SleapException">One is out of range (TrackingOptionRange), or two do not go together (TrackingOptionConflict).</exception>
    public void Validate()
    {
        AtLeast(nameof(WindowSize), WindowSize, 1);
        AtLeast(nameof(MaxTracks), MaxTracks ?? 1, 1);
        AtLeast(nameof(MinNewTrackPoints), MinNewTrackPoints, 0);
        AtLeast(nameof(MinMatchPoints), MinMatchPoints, 0);
        AtLeast(nameof(FlowWindowSize), FlowWindowSize, 3);
        AtLeast(nameof(FlowMaxLevel), FlowMaxLevel, 0);
        AtLeast(nameof(KalmanWarmupFrames), KalmanWarmupFrames, 3);
        AtLeast(nameof(KalmanResetGap), KalmanResetGap, 0);
        AtLeast(nameof(TargetInstanceCount), TargetInstanceCount ?? 1, 1);
        AtLeast(nameof(PostCullCount), PostCullCount ?? 1, 1);
        Between(nameof(OksStddev), OksStddev ?? 0.025, double.Epsilon, double.MaxValue);
        Between(nameof(Quantile), Quantile, 0, 1);
        Between(nameof(FlowScale), FlowScale, 0.01, 8);
        Between(nameof(KalmanBlend), KalmanBlend, 0, 1);
        Between(nameof(KalmanGateSteps), KalmanGateSteps, 0, double.MaxValue);
        Between(nameof(KalmanMinGatePx), KalmanMinGatePx, 0, double.MaxValue);
        Between(nameof(KalmanMaxSpeedSteps), KalmanMaxSpeedSteps, 0, double.MaxValue);
        Between(nameof(KalmanMinMaxSpeedPx), KalmanMinMaxSpeedPx, 0, double.MaxValue);
        Between(nameof(PreCullOverlap), PreCullOverlap, 0, 1);
        Between(nameof(PostCullOverlap), PostCullOverlap, 0, 1);

        Conflict(
            Score == TrackingScore.Oks && Feature != TrackingFeature.Keypoints,
            $"OKS compares keypoints, not {Feature}. Leave Score out, or choose Euclidean or Cosine.");
        Conflict(
            Score == TrackingScore.Iou && Feature != TrackingFeature.Boxes,
            $"IoU compares boxes, not {Feature}. Choose the feature Boxes, or another score.");
        Conflict(
            MaxTracks is not null && Candidates == CandidateSource.FixedWindow,
            "MaxTracks cannot hold with a fixed window, whose tracks end and are started anew. Use the candidates LocalQueues, or leave Candidates out.");
        Conflict(
            Feature == TrackingFeature.Image && Motion != TrackMotion.None,
            $"Image features compare how animals look, not where they are, so {Motion} has nothing to move. Choose Keypoints, Centroids or Boxes.");
        Conflict(
            Motion == TrackMotion.Kalman && TargetInstanceCount is null && MaxTracks is null,
            "Kalman tracking needs to know how many animals there are: set TargetInstanceCount or MaxTracks.");
        Conflict(PreCull && TargetInstanceCount is null, "PreCull needs to know how many animals there are: set TargetInstanceCount.");
        Conflict(
            ConnectBreaks && TargetInstanceCount is null,
            $"ConnectBreaks needs to know how many animals there are: set TargetInstanceCount{(MaxTracks is { } max ? $", for example to the {max} of MaxTracks" : "")}.");
    }

    private static void AtLeast(string name, int value, int least)
    {
        if (value < least)
        {
            throw new SleapException("TrackingOptionRange", $"The tracking option {name} is {value}, but must be at least {least}.", name);
        }
    }

    private static void Between(string name, double value, double least, double most)
    {
        if (!(value >= least && value <= most))
        {
            var limits = most == double.MaxValue ? (least == 0 ? "0 or more" : "more than 0") : $"from {least} to {most}";
            throw new SleapException("TrackingOptionRange", $"The tracking option {name} is {value}, but must be {limits}.", name);
        }
    }

    private static void Conflict(bool isConflict, string message)
    {
        if (isConflict)
        {
            throw new SleapException("TrackingOptionConflict", message);
        }
    }
}
