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

    /// <summary>What an API key is shown as.</summary>
    internal const string Mask = "********";

    /// <summary>The API key itself.</summary>
    /// <returns>The key, or null.</returns>
    public string? RevealApiKey() => apiKey;

    internal override object? GetSecret(string propertyName) => apiKey;
}
