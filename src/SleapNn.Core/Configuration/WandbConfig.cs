namespace SleapNn.Configuration;

/// <summary>Logging to Weights and Biases (<c>wandb</c>).</summary>
public sealed class WandbConfig : ConfigNode
{
    private string? apiKey;

    /// <summary>The owner of the project. Default: null.</summary>
    public string? Entity { get; set => field = Checked(value); }

    /// <summary>The project. Default: null.</summary>
    public string? Project { get; set => field = Checked(value); }

    /// <summary>The name of the run there. Default: null.</summary>
    public string? Name { get; set => field = Checked(value); }

    /// <summary>Upload the pictures of predictions as well. Default: false.</summary>
    [ConfigKey(Since = "0.0.2")]
    public bool SaveVizImgsWandb { get; set => field = Checked(value); }

    /// <summary>The API key; once set it reads as a mask, and it is never written to a file; null takes that of the environment variable WANDB_API_KEY. Default: null.</summary>
    /// <remarks><see cref="RevealApiKey"/> gives the key itself.</remarks>
    [ConfigKey(Secret = true)]
    public string? ApiKey
    {
        get => apiKey is null ? null : Mask;
        set => apiKey = value == Mask ? apiKey : Checked(value);
    }

    /// <summary>online, offline (log to this machine only) or disabled; null leaves it to wandb. Default: null.</summary>
    [ConfigKey("online", "offline", "disabled")]
    public string? WandbMode { get; set => field = Checked(value); }

    /// <summary>The id of an earlier run to go on with. Default: null.</summary>
    public string? PrvRunid { get; set => field = Checked(value); }

    /// <summary>The group of the run. Default: null.</summary>
    public string? Group { get; set => field = Checked(value); }

    /// <summary>The id of this run, written when training starts. Default: null.</summary>
    public string? CurrentRunId { get; set => field = Checked(value); }

    /// <summary>With <see cref="SaveVizImgsWandb"/>, upload the pictures as they are drawn. Default: true.</summary>
    [ConfigKey(Since = "0.1.0")]
    public bool VizEnabled { get; set => field = Checked(value); } = true;

    /// <summary>With <see cref="SaveVizImgsWandb"/>, upload frames with a box around each keypoint, which the page can show and hide. Default: false.</summary>
    [ConfigKey(Since = "0.1.0")]
    public bool VizBoxes { get; set => field = Checked(value); }

    /// <summary>With <see cref="SaveVizImgsWandb"/>, upload frames with the node of each pixel, which the page can show and hide. Default: false.</summary>
    [ConfigKey(Since = "0.1.0")]
    public bool VizMasks { get; set => field = Checked(value); }

    /// <summary>The side of these boxes in pixels. Default: 5.</summary>
    [ConfigKey(Above = 0, Since = "0.1.0")]
    public double VizBoxSize { get; set => field = Checked(value); } = 5.0;

    /// <summary>The confidence from which a pixel belongs to a node in these masks. Default: 0.1.</summary>
    [ConfigKey(Min = 0, Since = "0.1.0")]
    public double VizConfmapThreshold { get; set => field = Checked(value); } = 0.1;

    /// <summary>With <see cref="SaveVizImgsWandb"/>, upload the pictures in a table as well. Default: false.</summary>
    [ConfigKey(Since = "0.1.0")]
    public bool LogVizTable { get; set => field = Checked(value); }

    /// <summary>Delete the run's local wandb folder after training; null deletes it where the server has all of the run. Default: null.</summary>
    [ConfigKey(Since = "0.1.0")]
    public bool? DeleteLocalLogs { get; set => field = Checked(value); }

    /// <summary>What an API key is shown as.</summary>
    internal const string Mask = "********";

    /// <summary>The API key itself.</summary>
    /// <returns>The key, or null.</returns>
    public string? RevealApiKey() => apiKey;

    internal override object? GetSecret(string propertyName) => apiKey;
}
