using System.Management.Automation;
using SleapNn.Cluster;
using SleapNn.Configuration;
using SleapNn.Training;

namespace SleapNn.PowerShell.Commands;

/// <summary>Trains configurations on a Slurm cluster, as one job array.</summary>
[Cmdlet(VerbsLifecycle.Submit, "SleapTraining", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(ClusterJob))]
public sealed class SubmitSleapTraining : ConfigCmdlet
{
    private readonly List<SleapConfig> configs = [];

    /// <summary>The job's folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? JobPath { get; set; }

    /// <summary>The job's name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "sleap-training";

    /// <summary>The partition.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PartitionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Partition { get; set; }

    /// <summary>The account.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Account { get; set; }

    /// <summary>The quality of service.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Qos { get; set; }

    /// <summary>The features of nodes.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Constraint { get; set; }

    /// <summary>The GPU: a number, a type, or both.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(GpuCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Gpu { get; set; }

    /// <summary>The number of processor cores.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int CpuCount { get; set; }

    /// <summary>The memory.</summary>
    [Parameter]
    [ValidatePattern(@"^\d+[KMGTkmgt]?$")]
    public string? Memory { get; set; }

    /// <summary>The time limit.</summary>
    [Parameter]
    [SlurmTimeTransformation]
    public TimeSpan TimeLimit { get; set; }

    /// <summary>How long before the limit a run is told to save.</summary>
    [Parameter]
    [SlurmTimeTransformation]
    public TimeSpan SaveTime { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How many runs at once.</summary>
    [Parameter]
    [ValidateRange(1, 100_000)]
    public int ThrottleLimit { get; set; }

    /// <summary>Further options of sbatch.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] ExtraOption { get; set; } = [];

    /// <summary>Environment modules to load.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] EnvironmentModule { get; set; } = [];

    /// <summary>The image of a container.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Container { get; set; }

    /// <summary>Folders to show in the container.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] ContainerBind { get; set; } = [];

    /// <summary>The program that the nodes run.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HostPath { get; set; }

    /// <summary>The device to train on.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Device { get; set; }

    /// <summary>Leaves finished runs out and goes on with stopped ones.</summary>
    [Parameter]
    public SwitchParameter SkipFinished { get; set; }

    /// <summary>Replaces runs that are in the folders.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }


    /// <inheritdoc/>
    protected override void Process(SleapConfig config) => configs.Add(config);

    // A file that cannot be read ends it: nothing is submitted, rather than a part of what was meant.
    /// <inheritdoc/>
    protected override void ProcessFile(string path)
    {
        var config = ConfigFile.Load(path);
        config.TrainerConfig.RunName ??= System.IO.Path.GetFileNameWithoutExtension(path);
        Process(config);
    }

    // Scripts submit more than one job a second.
    private static string UnusedFolder(string folder)
    {
        var unused = folder;
        for (var i = 1; System.IO.Path.Exists(unused); i++)
        {
            unused = $"{folder}-{i}";
        }

        return unused;
    }

    /// <inheritdoc/>
    protected override void End()
    {
        var basePath = ResolveOutputPath(".");
        var folder = JobPath is null ? UnusedFolder(ResolveOutputPath($"./jobs/{DateTime.Now:yyMMdd_HHmmss}")) : ResolveOutputPath(JobPath);
        var submission = new JobSubmission(Name, folder, Resources(), Environment());
        foreach (var config in configs)
        {
            try
            {
                if (submission.Add(config, basePath, Force, SkipFinished) is { } reason)
                {
                    WriteVerbose($"{config.TrainerConfig.RunName} {reason}.");
                }
            }
            catch (SleapException e)
            {
                // Nothing is submitted, rather than a part of what was meant.
                throw SweepErrors.Named(e, config);
            }
        }

        if (submission.Count == 0)
        {
            WriteVerbose("There is nothing to train.");
            return;
        }

        var what = $"Submit {submission.Count} runs to Slurm as the job array '{Name}' in '{submission.Folder}'";
        if (ShouldProcess($"{what} with this script:\n\n{submission.Script()}", $"{what}?", "Submit-SleapTraining"))
        {
            WriteObject(RunPumped((_, token) => submission.Submit(Force, token)));
        }
    }

    private ClusterResources Resources() => new()
    {
        Partition = Partition,
        Account = Account,
        Qos = Qos,
        Constraint = Constraint,
        Gpu = Gpu,
        CpuCount = Given(nameof(CpuCount)) ? CpuCount : null,
        Memory = Memory,
        TimeLimit = Given(nameof(TimeLimit)) ? TimeLimit : null,
        SaveTime = SaveTime,
        ThrottleLimit = Given(nameof(ThrottleLimit)) ? ThrottleLimit : null,
        ExtraOptions = ExtraOption,
    };

    private ClusterEnvironment Environment()
    {
        var module = MyInvocation.MyCommand.Module?.ModuleBase ?? System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(typeof(SubmitSleapTraining).Assembly.Location))!;
        return new ClusterEnvironment
        {
            HostPath = HostPath is null ? HostPrograms.Find(module) : HostPrograms.In(ResolveExistingPath(HostPath)),
            ModulePath = module,
            Modules = EnvironmentModule,
            Container = Container is null ? null : ResolveImage(Container),
            ContainerBinds = ContainerBind,

            // A GPU that was asked for and cannot be used is an error, not a slow run on the processor.
            Device = Device ?? (Gpu is null ? null : "cuda"),
        };
    }

    // Images may also be named by an address, such as docker://…, which the cluster fetches.
    private string ResolveImage(string image) => image.Contains("://", StringComparison.Ordinal) ? image : ResolveExistingPath(image);

    private bool Given(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);
}
