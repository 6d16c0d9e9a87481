using System.Globalization;
using System.Text.RegularExpressions;
using SleapNn.Runtime;

namespace SleapNn.Cluster;

/// <summary>Slurm, through its own programs.</summary>
internal static partial class Slurm
{
    private const string UnknownJob = "Invalid job id";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Submits a batch script.</summary>
    /// <param name="script">Its path.</param>
    /// <param name="folder">The folder that the job starts in.</param>
    /// <param name="onlyTest">Only asks whether the cluster would take it.</param>
    /// <param name="token">Stops waiting for the answer.</param>
    /// <returns>The job's id; an empty text for a test.</returns>
    /// <exception cref="ClusterException">There is no sbatch here (ClusterProgramNotFound), or it refuses (ClusterRefused).</exception>
    public static string Submit(string script, string folder, bool onlyTest, CancellationToken token)
    {
        var result = Require(Run("sbatch", [onlyTest ? "--test-only" : "--parsable", script], token, folder), "sbatch");
        if (result.ExitCode != 0)
        {
            throw new ClusterException("ClusterRefused", $"Slurm did not take the job: {result.Complaint} The script is '{script}'; 'sinfo' lists partitions and nodes.", script);
        }

        if (onlyTest)
        {
            return "";
        }

        // A federation's answer is id;cluster.
        var id = result.Output.Trim().Split(';')[0];
        return JobId().IsMatch(id) ? id : throw new ClusterException("ClusterRefused", $"sbatch answered '{result.Output.Trim()}' where the job's id was expected.", script);
    }

    /// <summary>What the queue and, where the cluster keeps accounts, its records say of a job's runs.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="token">Stops waiting for the answer.</param>
    /// <returns>
    /// Reports by the run's number: of runs that Slurm knows no more there is none. Null where this machine has no squeue.
    /// </returns>
    /// <exception cref="ClusterException">The queue cannot be asked (ClusterUnreachable).</exception>
    public static IReadOnlyDictionary<int, SlurmTaskReport>? Ask(string jobId, CancellationToken token)
    {
        var queue = Run("squeue", ["--noheader", "--array", "--states=all", $"--jobs={jobId}", "--format=%K|%T|%N|%r"], token: token);
        if (queue is null)
        {
            return null;
        }

        if (queue.ExitCode != 0 && !queue.Error.Contains(UnknownJob, StringComparison.OrdinalIgnoreCase))
        {
            throw new ClusterException("ClusterUnreachable", $"Slurm's queue could not be asked for the job {jobId}: {queue.Complaint}", jobId);
        }

        var reports = new Dictionary<int, SlurmTaskReport>();

        // Accounts first: the queue knows better what is going on now.
        if (Run("sacct", ["--noheader", "--allocations", "--parsable2", $"--jobs={jobId}", "--format=JobID,State,NodeList"], token: token) is { ExitCode: 0 } accounts)
        {
            foreach (var fields in Lines(accounts.Output, 3))
            {
                // A range such as 12_[3-9] still waits, and the queue tells it.
                if (int.TryParse(fields[0].Split('_')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && fields[0].Contains('_', StringComparison.Ordinal))
                {
                    reports[number] = new SlurmTaskReport(fields[1].Split(' ')[0], fields[2] == "None assigned" ? "" : fields[2], "");
                }
            }
        }

        foreach (var fields in queue.ExitCode == 0 ? Lines(queue.Output, 4) : [])
        {
            if (int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                reports[number] = new SlurmTaskReport(fields[1], fields[2], fields[3] == "None" ? "" : fields[3]);
            }
        }

        return reports;
    }

    /// <summary>Cancels jobs or single runs of them. Those that have ended already are none of its business.</summary>
    /// <param name="ids">Ids such as <c>12</c> and <c>12_3</c>.</param>
    /// <param name="token">Stops waiting for the answer.</param>
    /// <exception cref="ClusterException">There is no scancel here (ClusterProgramNotFound), or it refuses (ClusterRefused).</exception>
    public static void Cancel(IReadOnlyList<string> ids, CancellationToken token)
    {
        var result = Require(Run("scancel", ids, token: token), "scancel");
        if (result.ExitCode != 0 && !result.Error.Contains(UnknownJob, StringComparison.OrdinalIgnoreCase))
        {
            throw new ClusterException("ClusterRefused", $"Slurm did not cancel {string.Join(", ", ids)}: {result.Complaint}", ids[0]);
        }
    }

    /// <summary>Runs a program of Slurm.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="token">Ends it.</param>
    /// <param name="folder">The current folder; null is this process's.</param>
    /// <returns>What it wrote; null where there is no such program.</returns>
    /// <exception cref="ClusterException">It did not end in two minutes (ClusterUnreachable).</exception>
    public static ProgramResult? Run(string program, IEnumerable<string> arguments, CancellationToken token = default, string? folder = null)
    {
        try
        {
            return ProgramRunner.Run(program, arguments, folder, limit: Limit, token: token);
        }
        catch (TimeoutException error)
        {
            throw new ClusterException("ClusterUnreachable", $"The program '{program}' did not answer in {Limit.TotalMinutes:f0} minutes. Is the cluster's controller up ('scontrol ping')?", program, error);
        }
    }

    private static ProgramResult Require(ProgramResult? result, string program) => result ?? throw new ClusterException(
        "ClusterProgramNotFound",
        $"The program '{program}' is not in PATH, so this machine cannot talk to a Slurm cluster. Log in to the cluster (ssh to its login node) and run the same line there, in pwsh or in sleapnn, which needs no pwsh; or add the folder of Slurm's programs to PATH.",
        program);

    private static IEnumerable<string[]> Lines(string text, int fields) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => line.Split('|')).Where(line => line.Length == fields);

    [GeneratedRegex(@"^\d+$")]
    private static partial Regex JobId();
}
