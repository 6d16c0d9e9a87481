using System.Management.Automation;
using SleapNn.Cluster;

namespace SleapNn.PowerShell.Commands;

/// <summary>Cancels jobs on a cluster, or single runs of them.</summary>
[Cmdlet(VerbsLifecycle.Stop, "SleapJob", DefaultParameterSetName = "Id", SupportsShouldProcess = true)]
[OutputType(typeof(ClusterJob))]
public sealed class StopSleapJob : JobCmdlet
{
    /// <summary>The jobs' ids, or those of single runs.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Id")]
    [ArgumentCompleter(typeof(JobIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Id { get; set; } = [];

    /// <summary>Outputs the jobs.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var item in Jobs(Id))
        {
            var open = Tasks(item).Where(task => !task.HasEnded).ToList();
            var target = item.Number is { } number ? $"{item.Job.Id}_{number}" : item.Job.Id;
            if (open.Count == 0)
            {
                WriteVerbose($"{target} has ended already.");
            }
            else if (ShouldProcess($"{item.Job.Name} ({target})", open.Count == 1 ? "Cancel 1 run" : $"Cancel {open.Count} runs"))
            {
                try
                {
                    RunPumped((_, token) => JobCancellation.Run(item.Job, item.Number, token));
                }
                catch (SleapException e)
                {
                    WriteError(e);
                    continue;
                }
            }

            if (PassThru)
            {
                WriteObject(item.Job);
            }
        }
    }
}
