using System.Management.Automation;

namespace SleapNn.Host.Cmdlets;

/// <summary>Joins a folder and what is in it to one path.</summary>
[Cmdlet(VerbsCommon.Join, "Path")]
public sealed class JoinPathCommand : PSCmdlet
{
    /// <summary>The folder.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("PSPath")]
    public string[] Path { get; set; } = [];

    /// <summary>What is in it.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [AllowEmptyString]
    public string ChildPath { get; set; } = "";

    /// <summary>Further parts.</summary>
    [Parameter(Position = 2, ValueFromRemainingArguments = true)]
    public string[] AdditionalChildPath { get; set; } = [];

    /// <summary>Returns what the path names, with wildcards.</summary>
    [Parameter]
    public SwitchParameter Resolve { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in Path)
        {
            var joined = AdditionalChildPath.Prepend(ChildPath).Aggregate(path, (a, b) => SessionState.Path.Combine(a, b));
            if (Resolve)
            {
                WriteObject(GetResolvedProviderPathFromPSPath(joined, out _), enumerateCollection: true);
            }
            else
            {
                WriteObject(joined);
            }
        }
    }
}

/// <summary>Takes a path apart.</summary>
[Cmdlet(VerbsCommon.Split, "Path")]
public sealed class SplitPathCommand : PSCmdlet
{
    /// <summary>The paths.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("LiteralPath", "PSPath")]
    public string[] Path { get; set; } = [];

    /// <summary>Returns the folder, which is what happens without a switch as well.</summary>
    [Parameter]
    public SwitchParameter Parent { get; set; }

    /// <summary>Returns the last part.</summary>
    [Parameter]
    public SwitchParameter Leaf { get; set; }

    /// <summary>Returns the last part without its extension.</summary>
    [Parameter]
    public SwitchParameter LeafBase { get; set; }

    /// <summary>Returns the extension.</summary>
    [Parameter]
    public SwitchParameter Extension { get; set; }

    /// <summary>Returns the drive.</summary>
    [Parameter]
    public SwitchParameter Qualifier { get; set; }

    /// <summary>Returns whether the path is absolute.</summary>
    [Parameter]
    public SwitchParameter IsAbsolute { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in Path)
        {
            var leaf = SessionState.Path.ParseChildName(path);
            WriteObject(true switch
            {
                _ when Leaf => leaf,
                _ when LeafBase => System.IO.Path.GetFileNameWithoutExtension(leaf),
                _ when Extension => System.IO.Path.GetExtension(leaf),
                _ when Qualifier => System.IO.Path.GetPathRoot(path),
                _ when IsAbsolute => SessionState.Path.IsPSAbsolute(path, out _) || System.IO.Path.IsPathRooted(path),
                _ => SessionState.Path.ParseParent(path, root: ""),
            });
        }
    }
}

/// <summary>Tells whether a path exists.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Path", DefaultParameterSetName = "Path")]
public sealed class TestPathCommand : PathCommandBase
{
    /// <summary>Any, Leaf (a file) or Container (a folder).</summary>
    [Parameter]
    [ValidateSet("Any", "Leaf", "Container")]
    public string PathType { get; set; } = "Any";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in Given)
        {
            WriteObject(IsThere(path));
        }
    }

    private bool IsThere(string path)
    {
        try
        {
            var found = InvokeProvider.Item.Get([path], force: true, IsLiteral);
            return PathType switch
            {
                "Leaf" => found.Any(f => LanguagePrimitives.IsTrue(f.Properties["PSIsContainer"]?.Value) is false),
                "Container" => found.Any(f => LanguagePrimitives.IsTrue(f.Properties["PSIsContainer"]?.Value)),
                _ => found.Count > 0,
            };
        }
        catch (Exception e) when (e is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or PSArgumentException)
        {
            return false;
        }
    }
}

/// <summary>Returns the full paths that a path names.</summary>
[Cmdlet(VerbsDiagnostic.Resolve, "Path", DefaultParameterSetName = "Path")]
public sealed class ResolvePathCommand : PathCommandBase
{
    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachPath(path =>
    {
        var literal = IsLiteral ? WildcardPattern.Escape(path) : path;
        WriteObject(SessionState.Path.GetResolvedPSPathFromPSPath(literal), enumerateCollection: true);
    });
}

/// <summary>Turns a path into the one of the file system.</summary>
[Cmdlet(VerbsData.Convert, "Path", DefaultParameterSetName = "Path")]
public sealed class ConvertPathCommand : PathCommandBase
{
    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachPath(path =>
        WriteObject(GetResolvedProviderPathFromPSPath(IsLiteral ? WildcardPattern.Escape(path) : path, out _), enumerateCollection: true));
}
