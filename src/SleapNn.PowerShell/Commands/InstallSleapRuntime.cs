using System.Management.Automation;
using SleapNn.Runtime;
using SleapNn.Runtime.Installing;
using IOPath = System.IO.Path;

namespace SleapNn.PowerShell.Commands;

/// <summary>Fetches and installs the native libraries that the module computes with.</summary>
[Cmdlet(VerbsLifecycle.Install, "SleapRuntime", SupportsShouldProcess = true)]
[OutputType(typeof(SleapRuntime))]
public sealed class InstallSleapRuntime : SleapCmdlet
{
    /// <summary>What to compute on.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public RuntimeBackend Backend { get; set; }

    /// <summary>The version of libtorch that the script expects.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RuntimeVersionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Version { get; set; }

    /// <summary>Where the packages come from.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PackageSourceCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Source { get; set; }

    /// <summary>The folder to install into.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>The system that it is for.</summary>
    [Parameter]
    [ValidateSet("linux-x64", "win-x64", "osx-arm64")]
    public string? RuntimeIdentifier { get; set; }

    /// <summary>Installs again what is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        var rid = RuntimeIdentifier ?? NativeLibraries.PortableRid();
        var packages = RuntimePackages.For(Backend, rid);
        RequireVersion();
        var root = Destination is null ? RuntimeStore.UserRoot : ResolveOutputPath(Destination);
        var target = IOPath.Combine(root, RuntimeStore.FolderName(Backend, rid));
        var name = $"libtorch {RuntimePackages.LibtorchVersion} for {(Backend == RuntimeBackend.Cuda ? $"CUDA {RuntimePackages.CudaVersion}" : "the CPU")} ({rid})";
        var folder = SessionState.Path.CurrentFileSystemLocation.ProviderPath;
        var feeds = PackageFeeds.Resolve([.. (Source ?? []).Select(text => Expand(text, folder))], folder, WriteWarning);
        if (!ShouldProcess(target, $"Install {name} of the packages {string.Join(", ", packages)} from {string.Join(", ", feeds.Select(feed => feed.Name))}"))
        {
            return;
        }

        var runtime = Install(feeds, rid, root, $"Installing {name}");
        WriteObject(runtime);
        Hint(runtime);
    }

    private SleapRuntime Install(IReadOnlyList<PackageFeed> feeds, string rid, string root, string activity)
    {
        var record = new ProgressRecord(1, activity, "Starting");
        try
        {
            return RunPumped((pump, token) =>
            {
                var progress = pump.ProgressOf<RuntimeProgress>(state =>
                {
                    record.StatusDescription = state.Status;
                    record.PercentComplete = state.Percent;
                    WriteProgress(record);
                });
                return new RuntimeInstaller(feeds, progress.Report, pump.WriteWarning, token).Install(Backend, rid, root, Force);
            });
        }
        finally
        {
            if (!CancellationToken.IsCancellationRequested)
            {
                record.RecordType = ProgressRecordType.Completed;
                WriteProgress(record);
            }
        }
    }

    private void RequireVersion()
    {
        if (Version is not null && Version != RuntimePackages.LibtorchVersion)
        {
            throw new SleapNn.RuntimeException(
                "RuntimeVersionMismatch",
                $"This version of the module works with libtorch {RuntimePackages.LibtorchVersion} only, not with {Version}. Leave out -Version, or install the version of SleapNn that goes with it.",
                Version);
        }
    }

    // A drive of PowerShell's may stand for a folder.
    private string Expand(string text, string folder) =>
        !text.Contains("://", StringComparison.Ordinal) && SessionState.Path.IsPSAbsolute(text, out _) ? ResolveOutputPath(text)
        : Directory.Exists(IOPath.Combine(folder, text)) ? IOPath.Combine(folder, text)
        : text;

    private void Hint(SleapRuntime runtime)
    {
        if (runtime.RuntimeIdentifier != NativeLibraries.PortableRid() || NativeLibraries.TorchFolder == runtime.Path)
        {
            return;
        }

        WriteWarning(NativeLibraries.TorchFolder is { } used
            ? $"This session uses the native libraries in '{used}'. To use those just installed, set the environment variable {RuntimeStore.Variable} to '{runtime.Path}' and start a new session."
            : $"To use it, set the environment variable {RuntimeStore.Variable} to '{IOPath.GetDirectoryName(runtime.Path)}'.");
    }
}
