using System.Management.Automation;

namespace SleapNn.Host.Cmdlets;

/// <summary>Gets files, folders and other items.</summary>
[Cmdlet(VerbsCommon.Get, "Item", DefaultParameterSetName = "Path")]
public sealed class GetItemCommand : PathCommandBase
{
    /// <summary>Includes hidden ones.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        ForEachPath(path => WriteObject(InvokeProvider.Item.Get([path], Force, IsLiteral), enumerateCollection: true));
}

/// <summary>Creates a file or a folder.</summary>
[Cmdlet(VerbsCommon.New, "Item", SupportsShouldProcess = true)]
public sealed class NewItemCommand : PSCmdlet
{
    /// <summary>Where.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public string[] Path { get; set; } = [];

    /// <summary>A name inside the path.</summary>
    [Parameter]
    public string? Name { get; set; }

    /// <summary>File or Directory.</summary>
    [Parameter]
    [Alias("Type")]
    public string ItemType { get; set; } = "File";

    /// <summary>The content of a file.</summary>
    [Parameter]
    public object? Value { get; set; }

    /// <summary>Replaces a file, accepts a folder that is there, creates the folders above.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in Path)
        {
            if (ShouldProcess(path, $"Create {ItemType}"))
            {
                WriteObject(InvokeProvider.Item.New([path], Name, ItemType, Value, Force), enumerateCollection: true);
            }
        }
    }
}

/// <summary>Deletes files and folders.</summary>
[Cmdlet(VerbsCommon.Remove, "Item", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class RemoveItemCommand : PathCommandBase
{
    /// <summary>Deletes folders with what is in them.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Deletes hidden and write-protected ones.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachPath(path =>
    {
        var targets = InvokeProvider.Item.Get([path], force: true, IsLiteral);
        foreach (var target in targets.Select(t => t.Properties["PSPath"].Value.ToString()!))
        {
            if (!Recurse && InvokeProvider.Item.IsContainer(target) && InvokeProvider.ChildItem.HasChild(target, force: true, literalPath: true))
            {
                WriteError(new ErrorRecord(new IOException($"The folder '{path}' is not empty. Use -Recurse to delete it with all that is in it."), "DirectoryNotEmpty", ErrorCategory.WriteError, path));
            }
            else if (ShouldProcess(path, "Delete"))
            {
                InvokeProvider.Item.Remove([target], Recurse, Force, literalPath: true);
            }
        }
    });
}

/// <summary>Copies files and folders.</summary>
[Cmdlet(VerbsCommon.Copy, "Item", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class CopyItemCommand : PathCommandBase
{
    /// <summary>Where to.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    public string Destination { get; set; } = "";

    /// <summary>Copies folders with what is in them.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Replaces write-protected files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachPath(path =>
    {
        if (ShouldProcess($"{path} to {Destination}", "Copy"))
        {
            InvokeProvider.Item.Copy([path], Destination, Recurse, CopyContainers.CopyTargetContainer, Force, IsLiteral);
        }
    });
}

/// <summary>Moves or renames files and folders.</summary>
[Cmdlet(VerbsCommon.Move, "Item", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class MoveItemCommand : PathCommandBase
{
    /// <summary>Where to.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    public string Destination { get; set; } = "";

    /// <summary>Replaces a file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachPath(path =>
    {
        if (ShouldProcess($"{path} to {Destination}", "Move"))
        {
            InvokeProvider.Item.Move([path], Destination, Force, IsLiteral);
        }
    });
}
