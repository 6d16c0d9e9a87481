using SleapNn.Configuration;
using SleapNn.Sweeps;
using SleapNn.Training;

namespace SleapNn.Cluster;

/// <summary>A job array to be: its runs, its script, and its way to Slurm.</summary>
public sealed class JobSubmission
{
    private readonly List<(int Number, string Name, string Path, SleapConfig Config)> runs = [];
    private readonly ClusterResources resources;
    private readonly ClusterEnvironment environment;

    /// <summary>Prepares a job array. Nothing is written.</summary>
    /// <param name="name">The job's name.</param>
    /// <param name="folder">The job's folder; it must not hold anything yet.</param>
    /// <param name="resources">What each run asks for.</param>
    /// <param name="environment">What the nodes run.</param>
    /// <exception cref="ClusterException">The folder holds something already (ClusterFolderExists), or its name cannot be used (ClusterPathInvalid).</exception>
    public JobSubmission(string name, string folder, ClusterResources resources, ClusterEnvironment environment)
    {
        Name = name;
        Folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        this.resources = resources;
        this.environment = environment;
        if (Path.Exists(Folder) && (File.Exists(Folder) || Directory.EnumerateFileSystemEntries(Folder).Any()))
        {
            throw new ClusterException("ClusterFolderExists", $"'{Folder}' holds something already. Give a folder of its own for each job with -JobPath.", Folder);
        }

        RequirePlain(Folder);
    }

    /// <summary>The job's name.</summary>
    public string Name { get; }

    /// <summary>The job's folder.</summary>
    public string Folder { get; }

    /// <summary>How many runs it has.</summary>
    public int Count => runs.Count;

    /// <summary>Adds a run.</summary>
    /// <param name="given">Its configuration, which is copied.</param>
    /// <param name="basePath">The folder that the configuration's relative paths start from.</param>
    /// <param name="force">Train it anew where its folder holds a run.</param>
    /// <param name="skipFinished">Leave it out where it is finished, and go on where it was stopped.</param>
    /// <returns>Null, or why it is left out.</returns>
    /// <exception cref="TrainingException">Its folder holds a run (TrainingRunExists), or one of another configuration (TrainingRunDiffers).</exception>
    /// <exception cref="ClusterException">Its folder is that of another run of the job (ClusterRunTwice).</exception>
    public string? Add(SleapConfig given, string basePath, bool force, bool skipFinished)
    {
        var config = given.DeepCopy();
        TrainingPaths.MakeFull(config, basePath);
        var trainer = config.TrainerConfig;

        // A run whose checkpoints are not kept could never go on, and its model would be lost.
        trainer.SaveCkpt = true;
        if (trainer.ModelCkpt.SaveLast == false)
        {
            trainer.ModelCkpt.SaveLast = null;
        }

        var name = trainer.RunName is { Length: > 0 } known ? known : $"run-{runs.Count + 1}";
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(trainer.CkptDir is { Length: > 0 } parent ? Path.GetFullPath(parent, basePath) : Path.Combine(Folder, "runs"), name)));
        RequirePlain(path);
        if (runs.Exists(run => run.Path == path))
        {
            throw new ClusterException("ClusterRunTwice", $"Two runs would be trained in '{path}'. Give each configuration a run name of its own (trainer_config.run_name), as Expand-SleapConfig does.", path);
        }

        if (RunFolder.HoldsRun(path) && !force)
        {
            if (!skipFinished)
            {
                throw new TrainingException("TrainingRunExists", $"'{path}' holds a run already. Go on with the sweep with -SkipFinished, or train it anew with -Force.", path);
            }

            var run = RunReader.Read(path);
            var others = RunReader.DifferencesTo(run, config);
            if (others.Count > 0)
            {
                throw new TrainingException("TrainingRunDiffers", $"'{path}' holds a run of another configuration: {string.Join(", ", others.Take(3))} differ. Choose another folder, or replace the run with -Force.", path);
            }

            switch (run.State)
            {
                case SleapRunState.Finished:
                    return "is finished";
                case SleapRunState.Running:
                    return "is being trained already";
            }
        }

        (trainer.CkptDir, trainer.RunName) = (Path.GetDirectoryName(path), Path.GetFileName(path));
        runs.Add((runs.Count + 1, name, path, config));
        return null;
    }

    /// <summary>The batch script.</summary>
    /// <returns>Its text.</returns>
    /// <exception cref="ClusterException">An option is not one (ClusterOptionInvalid, ClusterTimeLimit).</exception>
    public string Script() =>
        BatchScript.Write(Name, Folder, [.. runs.Select(run => run.Path)], resources, environment, runs.SelectMany(run => DataFolders(run.Config)).Distinct());

    /// <summary>Writes the job's folder and submits the job.</summary>
    /// <param name="force">Deletes what earlier runs left in the runs' folders.</param>
    /// <param name="token">Stops waiting for Slurm.</param>
    /// <returns>The job.</returns>
    /// <exception cref="ClusterException">There is no Slurm here, it refuses, or the folder cannot be written.</exception>
    public ClusterJob Submit(bool force, CancellationToken token = default)
    {
        var script = Path.Combine(Folder, JobFolder.BatchScript);
        try
        {
            Directory.CreateDirectory(Path.Combine(Folder, "logs"));
            Directory.CreateDirectory(Path.Combine(Folder, "state"));
            foreach (var run in runs)
            {
                ConfigFile.Save(run.Config, JobFolder.Config(Folder, run.Number));
            }

            AtomicFile.WriteText(Path.Combine(Folder, JobFolder.TaskScript), BatchScript.TaskScript);
            AtomicFile.WriteText(script, Script());
            if (force)
            {
                Slurm.Submit(script, Folder, onlyTest: true, token);
                foreach (var run in runs.Where(run => RunFolder.HoldsRun(run.Path)))
                {
                    RunFolder.Clear(run.Path);
                }
            }

            var id = Slurm.Submit(script, Folder, onlyTest: false, token);
            JobFolder.WriteManifest(Folder, id, Name, runs.Select(run => (run.Number, run.Name, run.Path)));
            JobRegistry.Add(Folder);
            return JobReader.Read(Folder, token);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClusterException("ClusterFolderUnwritable", $"The job's folder '{Folder}' cannot be written: {e.Message} Choose another with -JobPath.", Folder, e);
        }
        catch (ClusterException e) when (e.ErrorId is "ClusterProgramNotFound" or "ClusterRefused" && !JobFolder.HoldsJob(Folder))
        {
            // So that the same line can be run again once what was wrong is put right.
            foreach (var part in new[] { "configs", "logs", "state" })
            {
                Directory.Delete(Path.Combine(Folder, part), recursive: true);
            }

            File.Delete(Path.Combine(Folder, JobFolder.TaskScript));
            File.Delete(script);
            throw;
        }
    }

    private static IEnumerable<string> DataFolders(SleapConfig config)
    {
        var data = config.DataConfig;
        return data.TrainLabelsPath.Concat(data.ValLabelsPath ?? [])
            .Append(config.ModelConfig.PretrainedBackboneWeights).Append(config.ModelConfig.PretrainedHeadWeights).Append(config.TrainerConfig.ResumeCkptPath)
            .Where(path => !string.IsNullOrEmpty(path)).Select(path => Path.GetDirectoryName(path)!);
    }

    private static void RequirePlain(string path)
    {
        if (path.Any(char.IsControl))
        {
            throw new ClusterException("ClusterPathInvalid", $"The path '{path}' has a line break or another control character.", path);
        }
    }
}
