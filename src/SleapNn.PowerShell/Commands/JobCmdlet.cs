using System.Globalization;
using System.Management.Automation;
using SleapNn.Cluster;

namespace SleapNn.PowerShell.Commands;

/// <summary>The base of cmdlets that take jobs on a cluster: by id, by folder, or as objects.</summary>
public abstract class JobCmdlet : SleapCmdlet
{
    /// <summary>Jobs or single runs of them.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    [ValidateNotNull]
    public PSObject InputObject { get; set; } = null!;

    /// <summary>The jobs' folders, or folders that hold them; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Path")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The jobs' folders, or folders that hold them, as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The jobs that the parameters name, with the numbers of the runs that are meant; null means all of them.</summary>
    /// <param name="ids">What the cmdlet was given as ids.</param>
    /// <returns>Up to date jobs.</returns>
    private protected IReadOnlyList<(ClusterJob Job, int? Number)> Jobs(string[] ids)
    {
        var jobs = new List<(ClusterJob, int?)>();
        switch (ParameterSetName)
        {
            case "InputObject" when InputObject.BaseObject is ClusterJob job:
                AddFolder(jobs, job.Path, null);
                break;
            case "InputObject" when InputObject.BaseObject is ClusterTask task:
                AddFolder(jobs, task.JobPath, task.Number);
                break;
            case "InputObject" when InputObject.BaseObject is FileSystemInfo file:
                AddFolders(jobs, file.FullName);
                break;
            case "InputObject":
                AddId(jobs, InputObject.ToString());
                break;
            case "Id":
                foreach (var id in ids)
                {
                    AddId(jobs, id);
                }

                break;
            default:
                var literal = ParameterSetName == "LiteralPath";
                foreach (var path in ResolvePaths(literal ? LiteralPath : Path, literal))
                {
                    AddFolders(jobs, path);
                }

                break;
        }

        return jobs;
    }

    /// <summary>The runs that are meant.</summary>
    private protected static IEnumerable<ClusterTask> Tasks((ClusterJob Job, int? Number) item) =>
        item.Job.Tasks.Where(task => item.Number is null || task.Number == item.Number);

    /// <summary>Reads a job and adds it; what is wrong with it becomes an error and the others go on.</summary>
    private protected void AddFolder(List<(ClusterJob Job, int? Number)> jobs, string folder, int? number)
    {
        try
        {
            var job = RunPumped((_, token) => JobReader.Read(folder, token));
            jobs.Add(number is null || job.Tasks.Any(task => task.Number == number)
                ? (job, number)
                : throw new ClusterException("ClusterJobNotFound", $"The job {job.Id} has {job.Tasks.Count} runs, and none of them has the number {number}.", $"{job.Id}_{number}"));
        }
        catch (SleapException e)
        {
            WriteError(e);
        }
    }

    private void AddFolders(List<(ClusterJob Job, int? Number)> jobs, string path)
    {
        var folders = Directory.Exists(path) ? JobFolder.Find(path) : [];
        if (folders.Count == 0)
        {
            WriteError(new ClusterException("ClusterJobNotFound", $"There is no job in '{path}'. Give the folder that Submit-SleapTraining made, or the one above.", path));
        }

        foreach (var folder in folders)
        {
            AddFolder(jobs, folder, null);
        }
    }

    private void AddId(List<(ClusterJob Job, int? Number)> jobs, string id)
    {
        var parts = id.Split('_');
        var number = 0;
        var folder = parts.Length <= 2 && (parts.Length == 1 || int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out number))
            ? JobRegistry.Folders().FirstOrDefault(folder => JobFolder.Identify(folder)?.Id == parts[0])
            : null;
        if (folder is null)
        {
            WriteError(new ClusterException("ClusterJobNotFound", $"No job of yours has the id '{id}'. Get-SleapJob lists them; a job that another user submitted is found by its folder with -Path.", id));
            return;
        }

        AddFolder(jobs, folder, parts.Length == 2 ? number : null);
    }
}
