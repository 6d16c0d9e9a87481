namespace SleapNn.Configuration;

/// <summary>The model: its backbone and its head (<c>model_config</c>).</summary>
public sealed class ModelConfig : ConfigNode
{
    /// <summary>How new weights are drawn: default (Kaiming uniform) or xavier. Default: default.</summary>
    [ConfigKey("default", "xavier")]
    public string InitWeights { get; set => field = Checked(value); } = "default";

    /// <summary>A checkpoint (<c>.ckpt</c>, or <c>.h5</c> of SLEAP) that the backbone starts from; null draws new weights. Default: null.</summary>
    public string? PretrainedBackboneWeights { get; set => field = Checked(value); }

    /// <summary>A checkpoint (<c>.ckpt</c>, or <c>.h5</c> of SLEAP) that the head starts from; null draws new weights. Default: null.</summary>
    public string? PretrainedHeadWeights { get; set => field = Checked(value); }

    /// <summary>The network that turns images into features. Exactly one kind is set.</summary>
    public BackboneConfig BackboneConfig { get; set => field = Checked(value); } = new();

    /// <summary>What the model predicts from the features. Exactly one kind is set.</summary>
    public HeadConfigs HeadConfigs { get; set => field = Checked(value); } = new();

    /// <summary>The number of parameters of the model, written when training starts. Default: null.</summary>
    [ConfigKey(Min = 0)]
    public int? TotalParams { get; set => field = Checked(value); }
}
