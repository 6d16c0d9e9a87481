using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PS = System.Management.Automation.PowerShell;

namespace SleapNn.PowerShell;

/// <summary>A job that runs one cmdlet of this module in a session of its own, in this process. Its output are live objects.</summary>
internal sealed class SleapJob : Job
{
    private readonly Runspace runspace;
    private readonly PS shell;
    private readonly PSDataCollection<PSObject> input = [];
    private readonly object gate = new();
    private bool isStopping;

    /// <summary>Makes a job; <see cref="Start"/> starts it.</summary>
    /// <param name="command">What the user typed, for its list of jobs.</param>
    /// <param name="name">The name of the cmdlet.</param>
    /// <param name="type">Its class.</param>
    /// <param name="location">The current folder.</param>
    public SleapJob(string command, string name, Type type, string location)
        : base(command)
    {
        PSJobTypeName = "SleapJob";
        var state = InitialSessionState.CreateDefault2();
        state.Commands.Add(new SessionStateCmdletEntry(name, type, null));
        runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        SleapNn.Host.RootDrive.Repair(runspace);
        runspace.SessionStateProxy.Path.SetLocation(WildcardPattern.Escape(location));
        shell = PS.Create();
        shell.Runspace = runspace;
        shell.Streams.Error = Error;
        shell.Streams.Warning = Warning;
        shell.Streams.Verbose = Verbose;
        shell.Streams.Debug = Debug;
        shell.Streams.Progress = Progress;
        shell.Streams.Information = Information;
    }

    /// <inheritdoc/>
    public override bool HasMoreData =>
        Output.Count + Error.Count + Warning.Count + Verbose.Count + Debug.Count + Progress.Count + Information.Count > 0 || JobStateInfo.State is JobState.Running;

    /// <inheritdoc/>
    public override string Location => Environment.MachineName;

    /// <summary>What it was doing last.</summary>
    public override string StatusMessage => Progress.Count > 0 ? $"{Progress[^1].Activity}: {Progress[^1].StatusDescription}" : "";

    /// <summary>Runs the cmdlet once for each table of parameters, or, where each has only an input object more than the first, once for all of these.</summary>
    /// <param name="name">The name of the cmdlet.</param>
    /// <param name="common">The parameters of the command line.</param>
    /// <param name="records">The parameters that came from the pipeline, a table for each object.</param>
    public void Start(string name, IDictionary<string, object> common, IReadOnlyList<IDictionary<string, object>> records)
    {
        const string Piped = "InputObject";
        if (records.All(record => record.Count == 1 && record.ContainsKey(Piped)))
        {
            shell.AddCommand(name).AddParameters((System.Collections.IDictionary)common);
            foreach (var record in records)
            {
                input.Add(PSObject.AsPSObject(record[Piped]));
            }
        }
        else
        {
            foreach (var record in records)
            {
                shell.AddStatement().AddCommand(name).AddParameters((System.Collections.IDictionary)common).AddParameters((System.Collections.IDictionary)record);
            }
        }

        input.Complete();
        SetJobState(JobState.Running);
        shell.BeginInvoke(input, Output, new PSInvocationSettings(), End, null);
    }

    /// <summary>Stops it as Ctrl-C does, and returns when what is to be saved is saved.</summary>
    public override void StopJob()
    {
        lock (gate)
        {
            if (JobStateInfo.State != JobState.Running)
            {
                return;
            }

            isStopping = true;
        }

        shell.Stop();
        SetJobState(JobState.Stopped);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            StopJob();
            shell.Dispose();
            runspace.Dispose();
            input.Dispose();
        }

        base.Dispose(disposing);
    }

    private void End(IAsyncResult result)
    {
        var state = JobState.Completed;
        try
        {
            shell.EndInvoke(result);
        }
        catch (Exception e)
        {
            state = JobState.Failed;
            if (e is not PipelineStoppedException && Error.IsOpen)
            {
                Error.Add(e is IContainsErrorRecord known ? new ErrorRecord(known.ErrorRecord, e) : new ErrorRecord(e, "JobFailed", ErrorCategory.NotSpecified, null));
            }
        }

        lock (gate)
        {
            if (isStopping)
            {
                return;
            }
        }

        SetJobState(state);
    }
}
