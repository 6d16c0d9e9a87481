namespace SleapNn.Configuration;

/// <summary>Which checkpoints are kept (<c>model_ckpt</c>).</summary>
public sealed class ModelCkptConfig : ConfigNode
{
    /// <summary>The number of best checkpoints to keep; 0 keeps none, -1 all. Default: 1.</summary>
    [ConfigKey(Min = -1)]
    public int SaveTopK { get; set => field = Checked(value); } = 1;

    /// <summary>Keep the latest checkpoint too, as last.ckpt. Default: null (no).</summary>
    public bool? SaveLast { get; set => field = Checked(value); }

    /// <summary>The quantity by which the best is chosen. Default: val/loss.</summary>
    [ConfigKey(Since = "0.3.1")]
    public string Monitor { get; set => field = Checked(value); } = "val/loss";

    /// <summary>Whether the smallest or the largest is the best: min or max. Default: min.</summary>
    [ConfigKey("min", "max", Since = "0.3.1")]
    public string Mode { get; set => field = Checked(value); } = "min";
}
