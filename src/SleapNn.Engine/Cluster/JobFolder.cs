using System.Globalization;
using System.Text.Json;
using SleapNn.Configuration;
using SleapNn.Sweeps;

namespace SleapNn.Cluster;

/// <summary>
/// The folder of a job on the shared file system: <c>job.json</c> (the manifest), <c>job.sh</c> (the batch script),
/// <c>train.ps1</c> (what each run does), <c>configs/1.yaml</c> and so on, <c>state</c> (what the nodes note), <c>logs</c>,
/// and <c>runs</c> where the configurations name no other place.
/// </summary>
public static class JobFolder
{
    /// <summary>The manifest's name.</summary>
    public const string Manifest = "job.json";

    /// <summary>The batch script's name.</summary>
    public const string BatchScript = "job.sh";

    /// <summary>The name of the script of each run.</summary>
    public const string TaskScript = "train.ps1";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>Whether a folder is one of a job that was submitted.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>True where the manifest is there.</returns>
    public static bool HoldsJob(string folder) => File.Exists(Path.Combine(folder, Manifest));

    /// <summary>The folders of jobs in a folder, or the folder itself where it is one of a job.</summary>
    /// <param name="folder">A folder.</param>
    /// <returns>Full paths, in the order of their names.</returns>
    public static IReadOnlyList<string> Find(string folder)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return HoldsJob(full) ? [full] : [.. Directory.EnumerateDirectories(full).Where(HoldsJob).Order(StringComparer.Ordinal)];
    }

    /// <summary>The id and the name of a job, without reading more of it.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <returns>The two, and when it was submitted; null where the manifest cannot be read.</returns>
    public static (string Id, string Name, DateTime Submitted)? Identify(string folder)
    {
        try
        {
            return ReadManifest(folder) is var job ? (job.Id, job.Name, job.Submitted.LocalDateTime) : null;
        }
        catch (SleapException)
        {
            return null;
        }
    }

    /// <summary>Reads a job from its folder alone; <see cref="JobReader"/> fills in where its runs stand.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <returns>The job.</returns>
    /// <exception cref="SleapException">There is no job (ClusterJobNotFound), or its files cannot be read.</exception>
    internal static ClusterJob Read(string folder)
    {
        var manifest = ReadManifest(folder);
        var tasks = manifest.Runs.ConvertAll(run => new ClusterTask
        {
            JobId = manifest.Id,
            JobPath = folder,
            Number = run.Number,
            Name = run.Name,
            RunPath = run.Path,
            LogPath = Log(folder, run.Number),
            Config = ConfigFile.Load(Config(folder, run.Number)),
        });
        var (_, differences) = RunReader.Tell(tasks.ConvertAll(task => task.Config));
        for (var i = 0; i < tasks.Count; i++)
        {
            tasks[i].Differences = differences[i].Values;
            tasks[i].Label = differences[i].Label ?? tasks[i].Name;
        }

        return new ClusterJob { Id = manifest.Id, Name = manifest.Name, Submitted = manifest.Submitted.LocalDateTime, Path = folder, Tasks = tasks };
    }

    internal static void WriteManifest(string folder, string id, string name, IEnumerable<(int Number, string Name, string Path)> runs) => AtomicFile.WriteText(
        Path.Combine(folder, Manifest),
        JsonSerializer.Serialize(new Content(1, id, name, DateTimeOffset.Now, [.. runs.Select(run => new Run(run.Number, run.Name, run.Path))]), Json));

    internal static string Config(string folder, int number) => Path.Combine(folder, "configs", Name(number, "yaml"));

    internal static string Log(string folder, int number) => Path.Combine(folder, "logs", Name(number, "log"));

    internal static string Journal(string folder, int number) => Path.Combine(folder, "state", Name(number, "journal"));

    /// <summary>The file that tells a run's script that the user stopped it, so that it does not put itself into the queue again.</summary>
    internal static string StopMark(string folder, int number) => Path.Combine(folder, "state", Name(number, "stop"));

    private static string Name(int number, string extension) => string.Create(CultureInfo.InvariantCulture, $"{number}.{extension}");

    private static Content ReadManifest(string folder)
    {
        var path = Path.Combine(folder, Manifest);
        if (!File.Exists(path))
        {
            throw new ClusterException("ClusterJobNotFound", $"There is no job in '{folder}': it has no {Manifest}. Give the folder that Submit-SleapTraining made.", folder);
        }

        try
        {
            var content = JsonSerializer.Deserialize<Content>(SharedFile.ReadAllText(path), Json);
            return content is { Version: 1, Id.Length: > 0, Name: not null, Runs: not null } && content.Runs.TrueForAll(run => run is { Name: not null, Path: not null, Number: > 0 })
                ? content
                : throw new ClusterException("ClusterJobDamaged", $"'{path}' is not the manifest of a job that this version knows.", path);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ClusterException("ClusterJobDamaged", $"The manifest '{path}' cannot be read: {e.Message}", path, e);
        }
    }

    private sealed record Content(int Version, string Id, string Name, DateTimeOffset Submitted, List<Run> Runs);

    private sealed record Run(int Number, string Name, string Path);
}
