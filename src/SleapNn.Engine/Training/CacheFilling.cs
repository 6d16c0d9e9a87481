using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SleapNn.Configuration;

namespace SleapNn.Training;

/// <summary>
/// Fills the frame cache before training, in memory or as files: <c>train_imgs/sample_0_1_25.3fa0b2c4.png</c> is frame 25 of video 1 of
/// the first labels file, and the last part stands for the path of the video: runs with other labels can share the folder, and never
/// take each other's images for their own.
/// </summary>
internal sealed class CacheFilling(DataConfig data, string basePath)
{
    // Frames that fit into this are decoded once even where no cache is configured.
    private const long SmallCacheBytes = 256L << 20;
    private const int DefaultWorkers = 4;

    private readonly List<string> written = [];

    private bool OnDisk => data.DataPipelineFw == "torch_dataset_cache_img_disk";

    private bool InMemory => data.DataPipelineFw == "torch_dataset_cache_img_memory";

    /// <summary>How much memory frames may take.</summary>
    public long BudgetBytes => OnDisk ? 0 : InMemory ? long.MaxValue : SmallCacheBytes;

    /// <summary>Checks that there is room for the frames, then decodes them all; without a cache nothing is done.</summary>
    /// <exception cref="TrainingException">There is too little room (TrainingCacheTooLarge), or files cannot be written (TrainingCacheUnwritable).</exception>
    public void Fill(string runFolder, FrameCache cache, TrainingData labels, IProgress<TrainingProgress>? progress, CancellationToken token)
    {
        if (!OnDisk && !InMemory)
        {
            return;
        }

        var frames = labels.Split.Train.Select(f => ("train_imgs", f)).Concat(labels.Split.Val.Select(f => ("val_imgs", f)))
            .DistinctBy(pair => (pair.f.Frame.Video, pair.f.Frame.FrameIndex)).ToList();
        var folder = data.CacheImgPath is { Length: > 0 } given ? Path.GetFullPath(given, basePath) : runFolder;
        if (OnDisk)
        {
            Make(folder);
        }

        RequireRoom(cache, frames.ConvertAll(pair => pair.f), folder);
        if (OnDisk)
        {
            var paths = frames.ToDictionary(
                pair => (pair.f.Frame.Video, pair.f.Frame.FrameIndex),
                pair => Path.Combine(folder, pair.Item1, NameOf(pair.f)));
            written.AddRange(paths.Values);
            cache.KeepAsFiles(paths, data.UseExistingImgs);
        }

        var done = 0;
        progress?.Report(new TrainingProgress { Activity = $"Caching {frames.Count} frames" });
        try
        {
            // Read in the order of the videos, since going back or far ahead in one costs as much as many frames; what is done
            // with a frame then is done by several threads.
            var inOrder = frames.Select(pair => pair.f).OrderBy(f => f.FileIndex).ThenBy(f => f.VideoIndex).ThenBy(f => f.Frame.FrameIndex)
                .Where(f => !cache.IsKept(f.Frame)).Select(f => (f.Frame, Image: cache.Read(f.Frame)));
            Parallel.ForEach(
                Partitioner.Create(inOrder, EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { MaxDegreeOfParallelism = WorkersOf(data), CancellationToken = token },
                next =>
                {
                    cache.Keep(next.Frame, next.Image);
                    Interlocked.Increment(ref done);
                });
        }
        catch (AggregateException e) when (e.InnerExceptions[0] is SleapException first)
        {
            throw first;
        }
        catch (AggregateException e) when (e.InnerExceptions[0] is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(folder, $" ({done} of {frames.Count} are)", e.InnerExceptions[0]);
        }
    }

    private static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(folder, "", e);
        }
    }

    private static TrainingException Unwritable(string folder, string done, Exception why) => new(
        "TrainingCacheUnwritable",
        $"The frames cannot be cached in '{folder}'{done}: {why.Message} Choose another folder with data_config.cache_img_path, or set data_config.data_pipeline_fw to torch_dataset.",
        folder,
        why);

    private static string NameOf(TrainingFrame frame)
    {
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(frame.ImagePath)), 0, 4).ToLowerInvariant();
        return string.Create(CultureInfo.InvariantCulture, $"sample_{frame.FileIndex}_{frame.VideoIndex}_{frame.Frame.FrameIndex}.{hash}.png");
    }

    /// <summary>Deletes the files, where they are not to be kept.</summary>
    public void EndRun(string runFolder)
    {
        if (!data.DeleteCacheImgsAfterTraining)
        {
            return;
        }

        foreach (var folder in written.GroupBy(path => Path.GetDirectoryName(path)!).Where(group => Directory.Exists(group.Key)))
        {
            foreach (var file in folder)
            {
                FileRemoval.Try(file);
            }

            FileRemoval.TryEmptyFolder(folder.Key);
        }
    }

    /// <summary>How many threads fill the cache.</summary>
    internal static int WorkersOf(DataConfig data) =>
        !data.ParallelCaching ? 1 : data.CacheWorkers > 0 ? data.CacheWorkers : Math.Min(DefaultWorkers, Environment.ProcessorCount);

    private void RequireRoom(FrameCache cache, List<TrainingFrame> frames, string folder)
    {
        var needed = frames.GroupBy(f => f.Frame.Video).Sum(group => cache.BytesOf(group.Key) * group.Count());
        var available = OnDisk
            ? FreeOnDisk(folder)
            : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet;
        Require(frames.Count, needed, available, OnDisk);
    }

    private static long FreeOnDisk(string folder)
    {
        var drive = OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder;

        // A network share of Windows has no drive to ask.
        return drive.StartsWith(@"\\", StringComparison.Ordinal) ? long.MaxValue : new DriveInfo(drive).AvailableFreeSpace;
    }

    /// <summary>Refuses frames that do not fit.</summary>
    internal static void Require(int frames, long neededBytes, long availableBytes, bool onDisk)
    {
        if (neededBytes * (onDisk ? 1.0 : 1.2) > availableBytes)
        {
            throw new TrainingException(
                "TrainingCacheTooLarge",
                string.Create(CultureInfo.InvariantCulture, $"The {frames} frames take about {neededBytes / 1e9:f1} GB {(onDisk ? "on disk" : "in memory")}, and {availableBytes / 1e9:f1} GB are free. ")
                + (onDisk ? "Choose another disk with data_config.cache_img_path, or set" : "Set")
                + " data_config.data_pipeline_fw to torch_dataset, which reads them as they are needed.");
        }
    }
}
