using System.Management.Automation;
using SleapNn.Sweeps;

namespace SleapNn.PowerShell.Commands;

/// <summary>Lists training runs and in what they differ.</summary>
[Cmdlet(VerbsCommon.Get, "SleapRun", DefaultParameterSetName = "Path")]
[OutputType(typeof(SleapRun))]
public sealed class GetSleapRun : SleapCmdlet
{
    private readonly List<SleapRun> runs = [];

    /// <summary>Runs' folders, or folders that hold them; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ModelPathTransformation]
    [ArgumentCompleter(typeof(ModelPathCompleter))]
    public string[] Path { get; set; } = ["."];

    /// <summary>Runs' folders, or folders that hold them, as they are.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelPathCompleter))]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Looks below subfolders too.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Only runs that were left so.</summary>
    [Parameter]
    public SleapRunState[] State { get; set; } = [];

    /// <inheritdoc/>
    protected override void Process()
    {
        var literal = ParameterSetName == "LiteralPath";
        foreach (var given in literal ? LiteralPath : Path)
        {
            var places = ResolvePaths([given], literal)
                .Select(path => (Path: path, Runs: Directory.Exists(path) ? RunReader.Find(path, Recurse) : []))
                .ToList();

            // A wildcard also matches what lies beside the runs: data, pictures.
            var wanted = places.Count > 1 && places.Exists(place => place.Runs.Count > 0) ? places.Where(place => place.Runs.Count > 0) : places;
            foreach (var (path, folders) in wanted)
            {
                Read(path, folders);
            }
        }
    }

    private void Read(string path, IReadOnlyList<string> folders)
    {
        if (folders.Count == 0)
        {
            WriteError(new TrainingException("RunNotFound", $"There is no run in '{path}'. Give the folder that Start-SleapTraining made, or the one above, or use -Recurse.", path));
        }

        foreach (var folder in folders)
        {
            try
            {
                runs.Add(RunReader.Read(folder));
            }
            catch (SleapException e)
            {
                WriteError(e);
            }
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        JobOutput.Write(this, runs, run => State.Length == 0 || State.Contains(run.State));
    }
}
