using System.Management.Automation;

namespace SleapNn.Host.Cmdlets;

/// <summary>Lists files and folders.</summary>
[Cmdlet(VerbsCommon.Get, "ChildItem", DefaultParameterSetName = "Path")]
public sealed class GetChildItemCommand : PathCommandBase
{
    /// <summary>A pattern for names.</summary>
    [Parameter(Position = 1)]
    public string? Filter { get; set; }

    /// <summary>Patterns of names to list.</summary>
    [Parameter]
    public string[]? Include { get; set; }

    /// <summary>Patterns of names to leave out.</summary>
    [Parameter]
    public string[]? Exclude { get; set; }

    /// <summary>Includes folders inside folders.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Includes hidden ones.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Only files.</summary>
    [Parameter]
    public SwitchParameter File { get; set; }

    /// <summary>Only folders.</summary>
    [Parameter]
    public SwitchParameter Directory { get; set; }

    /// <summary>Returns names in place of objects.</summary>
    [Parameter]
    public SwitchParameter Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachPath(path =>
    {
        foreach (var item in InvokeProvider.ChildItem.Get([path], Recurse, Force, IsLiteral).Where(Matches))
        {
            WriteObject(Name ? item.Properties["PSChildName"]?.Value : item);
        }
    });

    private bool Matches(PSObject item)
    {
        var name = item.Properties["PSChildName"]?.Value?.ToString() ?? "";
        return (!File || item.BaseObject is FileInfo)
            && (!Directory || item.BaseObject is DirectoryInfo)
            && (Filter is null || IsMatch(Filter))
            && (Include is null || Include.Any(IsMatch))
            && !(Exclude?.Any(IsMatch) ?? false);

        bool IsMatch(string pattern) => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase).IsMatch(name);
    }
}
