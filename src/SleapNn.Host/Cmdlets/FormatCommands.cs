using System.Management.Automation;
using System.Reflection;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace SleapNn.Host.Cmdlets;

/// <summary>Shows objects as a table.</summary>
[Cmdlet(VerbsCommon.Format, "Table")]
public sealed class FormatTableCommand : OuterFormatTableBase
{
    /// <summary>Creates the cmdlet.</summary>
    public FormatTableCommand() => FormatShape.Apply(this, "Table");
}

/// <summary>Shows objects as lists of their properties.</summary>
[Cmdlet(VerbsCommon.Format, "List")]
public sealed class FormatListCommand : OuterFormatTableAndListBase
{
    /// <summary>Creates the cmdlet.</summary>
    public FormatListCommand() => FormatShape.Apply(this, "List");
}

/// <summary>
/// The formatter itself comes with PowerShell's core, only the two cmdlets do not; what they set there is internal.
/// </summary>
internal static class FormatShape
{
    public static void Apply(FrontEndCommandBase cmdlet, string shape)
    {
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var assembly = typeof(FrontEndCommandBase).Assembly;
        var inner = assembly.GetType("Microsoft.PowerShell.Commands.Internal.Format.InnerFormatShapeCommand", throwOnError: true)!;
        var shapes = assembly.GetType("Microsoft.PowerShell.Commands.Internal.Format.FormatShape", throwOnError: true)!;
        var implementation = inner.GetConstructors(Any)[0].Invoke([Enum.Parse(shapes, shape)]);
        typeof(FrontEndCommandBase).GetField("implementation", Any)!.SetValue(cmdlet, implementation);
    }
}
