using System.Management.Automation;
using SleapNn.Cluster;
using SleapNn.Sweeps;

namespace SleapNn.PowerShell.Commands;

/// <summary>Lists jobs on a cluster, or the runs of one.</summary>
[Cmdlet(VerbsCommon.Get, "SleapJob", DefaultParameterSetName = "Id")]
[OutputType(typeof(ClusterJob), typeof(ClusterTask))]
public sealed class GetSleapJob : JobCmdlet
{
    /// <summary>The jobs' ids.</summary>
    [Parameter(Position = 0, ParameterSetName = "Id")]
    [ArgumentCompleter(typeof(JobIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Id { get; set; } = [];

    /// <summary>Only jobs, or runs, that stand so.</summary>
    [Parameter]
    public ClusterTaskState[] State { get; set; } = [];

    /// <summary>The runs one by one.</summary>
    [Parameter]
    public SwitchParameter Task { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        IReadOnlyList<(ClusterJob Job, int? Number)> jobs = ParameterSetName == "Id" && Id.Length == 0 ? Known() : Jobs(Id);
        foreach (var item in jobs)
        {
            if (Task || item.Number is not null)
            {
                JobOutput.Write(this, Tasks(item).Where(task => State.Length == 0 || State.Contains(task.State)), item.Job);
            }
            else if (State.Length == 0 || State.Contains(item.Job.State))
            {
                WriteObject(item.Job);
            }
        }
    }

    private List<(ClusterJob Job, int? Number)> Known()
    {
        var jobs = new List<(ClusterJob, int?)>();
        foreach (var folder in JobRegistry.Folders())
        {
            AddFolder(jobs, folder, null);
        }

        return jobs;
    }
}
