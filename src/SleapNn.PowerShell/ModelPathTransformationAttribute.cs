using System.Collections;
using System.Management.Automation;

namespace SleapNn.PowerShell;

/// <summary>
/// Lets a parameter that takes model paths also take what other cmdlets return: training runs, models, file system
/// items. Each becomes the path in its <c>RunPath</c>, <c>ModelPath</c>, <c>FullName</c> or <c>Path</c> property.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ModelPathTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly string[] PathProperties = ["RunPath", "ModelPath", "FullName", "Path"];

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => Unwrap(inputData) switch
    {
        string path => path,
        IEnumerable items => items.Cast<object>().Select(PathOf).ToArray(),
        _ => PathOf(inputData),
    };

    private static object PathOf(object item)
    {
        if (Unwrap(item) is string path)
        {
            return path;
        }

        var properties = PSObject.AsPSObject(item).Properties;
        return PathProperties.Select(name => properties[name]?.Value as string).FirstOrDefault(value => !string.IsNullOrEmpty(value)) ?? item;
    }

    private static object Unwrap(object item) => item is PSObject wrapped ? wrapped.BaseObject : item;
}
