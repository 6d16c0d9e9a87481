using System.ComponentModel;

namespace SleapNn.Configuration;

/// <summary>A whole configuration: the data, the model, and how the one is trained on the other.</summary>
[TypeConverter(typeof(SleapConfigConverter))]
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

    /// <summary>
    /// Writes a configuration as YAML, and makes one of what came from another session. Set by the module, which knows YAML and
    /// PowerShell; this assembly has no dependencies.
    /// </summary>
    internal static (Func<SleapConfig, string> Write, Func<object, SleapConfig?> Read) Transport { get; set; } =
        (_ => throw new InvalidOperationException("Import the module SleapNn first."), _ => null);

    /// <summary>
    /// The configuration as YAML, as it stands in a file. In this form PowerShell hands it to other sessions: it takes public
    /// properties along, and knows nothing else of the type where it sends to a remote machine.
    /// </summary>
    /// <exception cref="InvalidOperationException">The module is not imported.</exception>
    public string Yaml => Transport.Write(this);

    /// <summary>A copy that shares nothing with this configuration.</summary>
    /// <returns>The copy.</returns>
    public SleapConfig DeepCopy()
    {
        var copy = (SleapConfig)CopyNode();
        copy.Choices = Choices;
        return copy;
    }
}
