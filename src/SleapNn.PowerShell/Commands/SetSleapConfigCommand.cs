using System.Collections;
using System.Management.Automation;
using SleapNn.Configuration;

namespace SleapNn.PowerShell.Commands;

/// <summary>Changes keys of a configuration.</summary>
[Cmdlet(VerbsCommon.Set, "SleapConfig", DefaultParameterSetName = "Path")]
[OutputType(typeof(SleapConfig))]
public sealed class SetSleapConfigCommand : SleapCmdlet
{
    /// <summary>The dotted path of the key.</summary>
    [Parameter(ParameterSetName = "Path", Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(ConfigPathCompleter))]
    public string Path { get; set; } = "";

    /// <summary>The value.</summary>
    [Parameter(ParameterSetName = "Path", Mandatory = true, Position = 1)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(ConfigValueCompleter))]
    public object? Value { get; set; }

    /// <summary>Several values by dotted path; the value of a section is a table of the same kind.</summary>
    [Parameter(ParameterSetName = "Values", Mandatory = true, Position = 0)]
    [ConfigTableTransformation]
    public ConfigTable Values { get; set; } = [];

    /// <summary>The configuration, which is changed and output.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public SleapConfig InputObject { get; set; } = null!;

    /// <inheritdoc/>
    protected override void Process()
    {
        if (ParameterSetName == "Values")
        {
            ConfigPath.SetAll(InputObject, (IDictionary)PlainValues.Of(Values)!);
        }
        else
        {
            ConfigPath.SetAll(InputObject, new Hashtable { [Path] = PlainValues.Of(Value) });
        }

        WriteObject(InputObject);
    }
}
