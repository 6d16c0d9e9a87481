using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Reflection;
using SleapNn.PowerShell.Commands;
using SleapNn.Tracking;

namespace SleapNn.PowerShell;

/// <summary>
/// The parameters of <c>Invoke-SleapTracking</c> that set options of the tracker, for cmdlets that track as well. Each is named
/// as the property of <see cref="TrackingOptions"/> that it sets.
/// </summary>
internal static class TrackingParameters
{
    /// <summary>The parameters, to be returned by a cmdlet's <c>GetDynamicParameters</c>.</summary>
    public static RuntimeDefinedParameterDictionary Create()
    {
        var parameters = new RuntimeDefinedParameterDictionary();
        foreach (var option in typeof(TrackingOptions).GetProperties().Where(option => option.CanWrite))
        {
            var declared = typeof(InvokeSleapTracking).GetProperty(option.Name)!;
            parameters.Add(option.Name, new RuntimeDefinedParameter(
                option.Name, declared.PropertyType, new Collection<Attribute>([.. declared.GetCustomAttributes().Where(attribute => attribute is CmdletMetadataAttribute or ArgumentCompleterAttribute)])));
        }

        return parameters;
    }

    /// <summary>The options that a call sets; the others keep their defaults.</summary>
    /// <param name="bound">The cmdlet's bound parameters.</param>
    public static TrackingOptions Options(IReadOnlyDictionary<string, object> bound)
    {
        var options = new TrackingOptions();
        foreach (var (name, value) in bound)
        {
            typeof(TrackingOptions).GetProperty(name)?.SetValue(options, value is SwitchParameter given ? given.ToBool() : value);
        }

        return options;
    }
}
