namespace SleapNn.Configuration;

/// <summary>Evaluation during training (<c>eval</c>).</summary>
public sealed class EvalConfig : ConfigNode
{
    /// <summary>Evaluate predictions on the validation data. Default: false.</summary>
    public bool Enabled { get; set => field = Checked(value); }

    /// <summary>The number of epochs from one evaluation to the next. Default: 1.</summary>
    [ConfigKey(Min = 1)]
    public int Frequency { get; set => field = Checked(value); } = 1;

    /// <summary>The standard deviation of keypoints in object keypoint similarity. Default: 0.025.</summary>
    [ConfigKey(Above = 0)]
    public double OksStddev { get; set => field = Checked(value); } = 0.025;

    /// <summary>The scale of animals in object keypoint similarity; null takes each animal's own. Default: null.</summary>
    [ConfigKey(Above = 0)]
    public double? OksScale { get; set => field = Checked(value); }

    /// <summary>The distance in pixels within which centroids match. Default: 50.</summary>
    [ConfigKey(Above = 0)]
    public double MatchThreshold { get; set => field = Checked(value); } = 50.0;
}
