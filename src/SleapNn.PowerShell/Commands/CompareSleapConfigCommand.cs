using System.Management.Automation;
using SleapNn.Configuration;

namespace SleapNn.PowerShell.Commands;

/// <summary>Compares two configurations key by key.</summary>
[Cmdlet(VerbsData.Compare, "SleapConfig")]
[OutputType(typeof(ConfigDifference))]
public sealed class CompareSleapConfigCommand : SleapCmdlet
{
    /// <summary>The configuration to compare with, or its file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public object ReferenceObject { get; set; } = null!;

    /// <summary>The configuration that is compared, or its file.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    public object DifferenceObject { get; set; } = null!;

    /// <inheritdoc/>
    protected override void Process() =>
        WriteObject(ConfigComparer.Compare(ConfigOf(ReferenceObject), ConfigOf(DifferenceObject)), enumerateCollection: true);

    private SleapConfig ConfigOf(object given) => PlainValues.Of(given) switch
    {
        SleapConfig config => config,
        string path => ConfigFile.Load(ResolveExistingPath(path)),
        FileInfo file => ConfigFile.Load(file.FullName),
        var other => throw new ConfigException("ConfigExpected", $"A configuration or the path of its file is expected, but a {other?.GetType().Name ?? "null"} was given.", given),
    };
}
