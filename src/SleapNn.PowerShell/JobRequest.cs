using System.Management.Automation;

namespace SleapNn.PowerShell;

/// <summary>Collects what a cmdlet was given, to do it in a job. To be made before the first object of the pipeline.</summary>
internal sealed class JobRequest
{
    // Asked before the job starts: a job has nobody to ask.
    private static readonly string[] NotOfTheJob = ["AsJob", "WhatIf", "Confirm"];

    private readonly PSCmdlet cmdlet;
    private readonly Dictionary<string, object> common;
    private readonly List<IDictionary<string, object>> records = [];

    public JobRequest(PSCmdlet cmdlet)
    {
        this.cmdlet = cmdlet;
        common = Parameters().Where(pair => !NotOfTheJob.Contains(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value);
        common["Confirm"] = new SwitchParameter(false);
    }

    /// <summary>Takes the parameters of the current object of the pipeline.</summary>
    public void Add() =>
        records.Add(Parameters().Where(pair => !common.ContainsKey(pair.Key) && !NotOfTheJob.Contains(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value));

    /// <summary>Starts the job, unless -WhatIf or the user's answer forbid it, and outputs it.</summary>
    public void Start()
    {
        var name = cmdlet.MyInvocation.MyCommand.Name;
        if (records.Count == 0 || !cmdlet.ShouldProcess($"{name} on {records.Count} inputs", "Start as a job"))
        {
            return;
        }

        var job = new SleapJob(cmdlet.MyInvocation.Line.Trim(), name, cmdlet.GetType(), cmdlet.SessionState.Path.CurrentFileSystemLocation.Path);
        cmdlet.JobRepository.Add(job);
        job.Start(name, common, records);
        cmdlet.WriteObject(job);
    }

    private IEnumerable<KeyValuePair<string, object>> Parameters() => cmdlet.MyInvocation.BoundParameters;
}
