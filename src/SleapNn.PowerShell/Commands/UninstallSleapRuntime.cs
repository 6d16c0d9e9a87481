using System.Management.Automation;
using SleapNn.Runtime;
using SleapNn.Runtime.Installing;
using IOPath = System.IO.Path;

namespace SleapNn.PowerShell.Commands;

/// <summary>Removes installed native libraries.</summary>
[Cmdlet(VerbsLifecycle.Uninstall, "SleapRuntime", SupportsShouldProcess = true, DefaultParameterSetName = PathSet)]
[OutputType(typeof(void))]
public sealed class UninstallSleapRuntime : SleapCmdlet
{
    private const string PathSet = "Path";
    private const string OldSet = "Old";
    private const string BackendSet = "Backend";

    /// <summary>The folder of a runtime.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("Path", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Those that this module cannot use.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OldSet)]
    public SwitchParameter Old { get; set; }

    /// <summary>Those of this kind.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BackendSet)]
    public RuntimeBackend Backend { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var path in ParameterSetName == PathSet ? LiteralPath : Chosen())
        {
            try
            {
                Remove(ResolveExistingPath(path, literal: true));
            }
            catch (SleapException e)
            {
                WriteError(e);
            }
        }
    }

    private IEnumerable<string> Chosen()
    {
        var all = RuntimeStore.List();
        return (Old ? all.Where(runtime => !runtime.IsUsable) : all.Where(runtime => runtime.Backend == Backend)).Select(runtime => runtime.Path);
    }

    private void Remove(string folder)
    {
        var runtime = RuntimeStore.Read(folder) ?? throw new SleapNn.RuntimeException(
            "RuntimeNotFound",
            $"'{folder}' holds no runtime that Install-SleapRuntime has installed. (Get-SleapSystem).InstalledRuntimes lists them.",
            folder);
        if (ShouldProcess(runtime.Path, $"Remove libtorch {runtime.Version} ({runtime.Backend}, {runtime.RuntimeIdentifier}, {runtime.SizeBytes / 1e6:0} MB)"))
        {
            RuntimeInstaller.Remove(IOPath.TrimEndingDirectorySeparator(runtime.Path));
        }
    }
}
