using System.Collections;
using System.Management.Automation;

namespace SleapNn.PowerShell;

/// <summary>
/// Makes a <see cref="ConfigTable"/> of a dictionary before PowerShell chooses among parameter sets: it tries types that fit as
/// they are first, and would otherwise take a hashtable for a text in the same position.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConfigTableTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is IDictionary values ? new ConfigTable(values) : inputData;
}
