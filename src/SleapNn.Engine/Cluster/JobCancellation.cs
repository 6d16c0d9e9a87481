namespace SleapNn.Cluster;

/// <summary>Cancels jobs.</summary>
public static class JobCancellation
{
    /// <summary>Cancels a job or one run of it. Training saves what it has where the cluster gives it the time.</summary>
    /// <param name="job">The job, which is brought up to date.</param>
    /// <param name="number">The run's number; null cancels all.</param>
    /// <param name="token">Stops waiting for Slurm.</param>
    /// <returns>How many runs were cancelled.</returns>
    /// <exception cref="ClusterException">Slurm cannot be told (ClusterProgramNotFound, ClusterRefused, ClusterFolderUnwritable).</exception>
    public static int Run(ClusterJob job, int? number, CancellationToken token = default)
    {
        var open = job.Tasks.Where(task => !task.HasEnded && (number is null || task.Number == number)).ToList();
        var marks = open.ConvertAll(task => JobFolder.StopMark(job.Path, task.Number));
        try
        {
            // Before Slurm is told: a run that is about to ask for the queue again must not.
            marks.ForEach(mark => AtomicFile.WriteText(mark, ""));
            Slurm.Cancel(number is null ? [job.Id] : open.ConvertAll(task => task.Id), token);
        }
        catch (ClusterException)
        {
            marks.ForEach(File.Delete);
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClusterException("ClusterFolderUnwritable", $"The job's folder '{job.Path}' cannot be written: {e.Message} 'scancel {job.Id}' cancels the job without it.", job.Path, e);
        }

        JobReader.Refresh(job, token);
        return open.Count;
    }
}
