using System.Management.Automation;
using SleapNn.Media;
using SleapNn.Sweeps;
using SleapNn.Training;

namespace SleapNn.PowerShell.Commands;

/// <summary>Draws the loss curves of runs in one picture.</summary>
[Cmdlet(VerbsData.Compare, "SleapRun", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class CompareSleapRun : SleapCmdlet
{
    private readonly List<string> folders = [];

    /// <summary>The runs: their folders, or what Get-SleapRun and Start-SleapTraining return.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("InputObject")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ModelPathTransformation]
    [ArgumentCompleter(typeof(ModelPathCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary>The picture.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string OutputPath { get; set; } = "";

    /// <summary>Draws training losses.</summary>
    [Parameter]
    public SwitchParameter TrainLoss { get; set; }

    /// <summary>Replaces a picture that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var path in Path)
        {
            // What Get-SleapRun returns is a path as it is, even where it has square brackets.
            var places = ResolvePaths([path], literal: Directory.Exists(ResolveOutputPath(path)))
                .Select(found => (Path: found, Runs: Directory.Exists(found) ? RunReader.Find(found) : []))
                .ToList();

            // A wildcard also matches what lies beside the runs: data, pictures.
            foreach (var (found, runs) in places.Count > 1 && places.Exists(place => place.Runs.Count > 0) ? places.Where(place => place.Runs.Count > 0) : places)
            {
                if (runs.Count == 0)
                {
                    WriteError(new TrainingException("RunNotFound", $"There is no run in '{found}'.", found));
                }

                folders.AddRange(runs.Where(run => !folders.Contains(run)));
            }
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        if (folders.Count == 0)
        {
            return;
        }

        var output = ResolveOutputPath(OutputPath);
        if (!FrameSource.IsImagePath(output))
        {
            throw new TrainingException("RunPictureType", $"The curves are drawn as a picture (.png, .jpg, .bmp, .tif); '{output}' is none.", output);
        }

        if (File.Exists(output) && !Force)
        {
            throw new TrainingException("RunPictureExists", $"'{output}' is already there; -Force replaces it.", output);
        }

        if (!ShouldProcess(output, $"Draw the losses of {folders.Count} runs"))
        {
            return;
        }

        var runs = new List<SleapRun>();
        var logs = new List<IReadOnlyList<TrainingLogEntry>>();
        foreach (var folder in folders)
        {
            try
            {
                runs.Add(RunReader.Read(folder));
                logs.Add(File.Exists(System.IO.Path.Combine(folder, TrainingLog.FileName)) ? TrainingLog.Read(folder) : []);
            }
            catch (SleapException e)
            {
                WriteError(e);
            }
        }

        RunReader.Compare(runs);
        for (var i = 0; i < runs.Count; i++)
        {
            if (logs[i].Count == 0)
            {
                WriteWarning($"{runs[i].Name} has finished no epoch and is left out.");
            }
        }

        using var picture = RunChart.Draw([.. runs.Zip(logs)], TrainLoss);
        picture.Save(output);
        WriteFile(output);
    }
}
