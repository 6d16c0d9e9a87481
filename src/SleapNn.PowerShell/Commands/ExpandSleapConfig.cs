using System.Collections;
using System.Management.Automation;
using SleapNn.Configuration;
using SleapNn.Sweeps;

namespace SleapNn.PowerShell.Commands;

/// <summary>Makes variants of a configuration for a sweep.</summary>
[Cmdlet(VerbsData.Expand, "SleapConfig", DefaultParameterSetName = "Grid")]
[OutputType(typeof(SleapConfig))]
public sealed class ExpandSleapConfig : SleapCmdlet
{
    /// <summary>The configuration; it is not changed.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public SleapConfig InputObject { get; set; } = null!;

    /// <summary>Values by path, of which all combinations are made.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Grid")]
    [ConfigTableTransformation]
    public ConfigTable Grid { get; set; } = [];

    /// <summary>Tables of values by path, one for each variant.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "List")]
    [ConfigTableTransformation]
    public ConfigTable[] List { get; set; } = [];

    /// <summary>Distributions by path, from which values are drawn.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Random")]
    [ConfigTableTransformation]
    public ConfigTable Random { get; set; } = [];

    /// <summary>How many variants to draw.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Random")]
    [ValidateRange(1, 100_000)]
    public int Count { get; set; }

    /// <summary>The seed of the draws.</summary>
    [Parameter(ParameterSetName = "Random")]
    [ValidateRange(0, int.MaxValue)]
    public int Seed { get; set; }

    /// <summary>The folder for the runs' folders.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutputPath { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        var config = InputObject;
        if (OutputPath is not null)
        {
            config = config.DeepCopy();
            config.TrainerConfig.CkptDir = ResolveOutputPath(OutputPath);
            config.TrainerConfig.SaveCkpt = true;
        }

        var variants = ParameterSetName switch
        {
            "List" => ConfigSweep.List(config, List.Select(Plain)),
            "Random" => ConfigSweep.Random(config, Plain(Random), Count, Seed),
            _ => ConfigSweep.Grid(config, Plain(Grid)),
        };
        if (ParameterSetName == "Random" && variants.Count < Count)
        {
            WriteWarning($"Only {variants.Count} different variants were found where {Count} were asked for: there are no more, or hardly any.");
        }

        WriteObject(variants, enumerateCollection: true);
    }

    // An ordered table stays one; any other has no order that a user could have meant.
    private static IDictionary Plain(ConfigTable table)
    {
        var plain = (IDictionary)PlainValues.Of(table)!;
        return table.IsOrdered ? plain : new Hashtable(plain);
    }
}
