using System.Management.Automation;
using SleapNn.Sweeps;

namespace SleapNn.PowerShell;

/// <summary>Runs as the pipeline gets them: each key in which they differ is a property too, to sort and export by.</summary>
internal static class JobOutput
{
    /// <summary>Writes runs of a job.</summary>
    public static void Write(Cmdlet cmdlet, IEnumerable<ClusterTask> tasks, ClusterJob job)
    {
        var columns = RunReader.Columns([.. job.Tasks.Select(task => task.Config)]);
        foreach (var task in tasks)
        {
            cmdlet.WriteObject(With(task, columns, task.Differences));
        }
    }

    /// <summary>Compares trained runs and writes them.</summary>
    public static void Write(Cmdlet cmdlet, IReadOnlyList<SleapRun> runs, Func<SleapRun, bool> isMeant)
    {
        var columns = RunReader.Compare(runs);
        foreach (var run in runs.Where(isMeant))
        {
            cmdlet.WriteObject(With(run, columns, run.Differences));
        }
    }

    private static PSObject With(object item, IReadOnlyList<(string Path, string Name)> columns, IReadOnlyDictionary<string, object?> values)
    {
        var wrapped = new PSObject(item);
        foreach (var (path, name) in columns)
        {
            var free = wrapped.Properties[name] is null ? name : path;
            wrapped.Properties.Add(new PSNoteProperty(free, values.GetValueOrDefault(path)));
        }

        return wrapped;
    }
}
