namespace SleapNn.Configuration;

/// <summary>A whole configuration: the data, the model, and how the one is trained on the other.</summary>
public sealed class SleapConfig : ConfigNode
{
    /// <summary>The data to train on and what is done to them first.</summary>
    public DataConfig DataConfig { get; set => field = Checked(value); } = new();

    /// <summary>The model: its backbone and its head.</summary>
    public ModelConfig ModelConfig { get; set => field = Checked(value); } = new();

    /// <summary>How the model is trained and where the results go.</summary>
    public TrainerConfig TrainerConfig { get; set => field = Checked(value); } = new();

    /// <summary>A name for the experiment. Default: empty.</summary>
    public string Name { get; set => field = Checked(value); } = "";

    /// <summary>What the experiment is about. Default: empty.</summary>
    public string Description { get; set => field = Checked(value); } = "";

    /// <summary>The version of sleap-nn whose form the file has. Default: 0.0.1, the version of the guide.</summary>
    public string SleapNnVersion { get; set => field = Checked(value); } = "0.0.1";

    /// <summary>The file that the configuration was read from. Default: empty.</summary>
    public string Filename { get; set => field = Checked(value); } = "";

    /// <summary>Why values were chosen, where New-SleapConfig -Auto chose them. Not part of the file.</summary>
    public IReadOnlyList<ConfigChoice> Choices { get; internal set; } = [];

    /// <summary>A copy that shares nothing with this configuration.</summary>
    /// <returns>The copy.</returns>
    public SleapConfig DeepCopy()
    {
        var copy = (SleapConfig)CopyNode();
        copy.Choices = Choices;
        return copy;
    }
}
