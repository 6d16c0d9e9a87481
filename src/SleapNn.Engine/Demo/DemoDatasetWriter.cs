using SleapNn.LabelFiles;
using SleapNn.Media;

namespace SleapNn.Demo;

/// <summary>Writes a scene as a data set: labels to train with, labels to test with, a video and its truth.</summary>
public static class DemoDatasetWriter
{
    // Far enough apart that no two training frames look the same.
    private const int StepsBetweenTrainFrames = 6, StepsBetweenTestFrames = 3;
    private const double FramesPerSecond = 25;

    /// <summary>The names of the files that a data set consists of.</summary>
    public static IReadOnlyList<string> FileNames { get; } = ["train.pkg.slp", "train.mp4", "test.pkg.slp", "clip.mp4", "clip.slp"];

    /// <summary>Generates a scene and writes it. The same options give the same pixels and the same truth.</summary>
    /// <param name="folder">The folder; made where it is missing. Files of these names in it are replaced.</param>
    /// <param name="options">What the scene is like.</param>
    /// <param name="trainFrames">The number of frames to train with.</param>
    /// <param name="testFrames">The number of frames to test with; the video has three times as many.</param>
    /// <param name="progress">Told how many frames are done, and of how many.</param>
    /// <param name="cancellationToken">Stops between frames; each file is whole or not there.</param>
    /// <returns>Where everything is.</returns>
    /// <exception cref="MediaException">An option is out of range (DemoOptions), or the video cannot be written (MediaUnwritable).</exception>
    public static DemoDataset Write(
        string folder,
        DemoOptions options,
        int trainFrames,
        int testFrames,
        IProgress<(int Done, int Total)>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (trainFrames is < 1 or > 100_000 || testFrames is < 1 or > 100_000)
        {
            throw new MediaException("DemoOptions", $"A data set has 1 to 100000 frames to train and to test with, not {trainFrames} and {testFrames}.");
        }

        var scene = new DemoScene(options);
        var dataset = new DemoDataset
        {
            Folder = Path.GetFullPath(folder),
            TrainPath = Path.GetFullPath(Path.Combine(folder, FileNames[0])),
            TestPath = Path.GetFullPath(Path.Combine(folder, FileNames[2])),
            VideoPath = Path.GetFullPath(Path.Combine(folder, FileNames[3])),
            TruthPath = Path.GetFullPath(Path.Combine(folder, FileNames[4])),
            FrameCount = trainFrames,
            TestFrameCount = testFrames,
            VideoFrameCount = testFrames * StepsBetweenTestFrames,
            AnimalCount = options.Animals,
            HeightPx = options.HeightPx,
            WidthPx = options.WidthPx,
            Seed = options.Seed,
        };
        var total = trainFrames + dataset.VideoFrameCount;
        var train = Film(scene, trainFrames, StepsBetweenTrainFrames, 0, total, progress, cancellationToken);
        var clip = Film(scene, dataset.VideoFrameCount, 1, trainFrames, total, progress, cancellationToken);
        var test = clip.Where((_, i) => i % StepsBetweenTestFrames == 0).ToList();

        var trainVideoPath = Path.GetFullPath(Path.Combine(folder, FileNames[1]));
        VideoFile.Write(trainVideoPath, FramesPerSecond, train.Select(f => f.Image), cancellationToken);
        VideoFile.Write(dataset.VideoPath, FramesPerSecond, clip.Select(f => f.Image), cancellationToken);
        SaveEmbedded(scene, train, trainVideoPath, trainFrames, dataset.TrainPath, cancellationToken);
        SaveEmbedded(scene, test, dataset.VideoPath, clip.Count, dataset.TestPath, cancellationToken);
        LabelsFile.Save(
            LabelsOf(scene, clip, dataset.VideoPath, clip.Count),
            dataset.TruthPath,
            new LabelsWriteOptions { Embed = EmbedFrames.None, CancellationToken = cancellationToken });
        return dataset;
    }

    private static List<(ImageFrame Image, List<PoseInstance> Instances)> Film(
        DemoScene scene, int count, int stepsBetween, int done, int total, IProgress<(int Done, int Total)>? progress, CancellationToken cancellationToken)
    {
        var frames = new List<(ImageFrame Image, List<PoseInstance> Instances)>(count);
        for (var i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            scene.Skip(stepsBetween - 1);
            var (image, instances) = scene.Next();
            frames.Add((image with { Index = i }, instances));
            progress?.Report((done + i + 1, total));
        }

        return frames;
    }

    private static void SaveEmbedded(
        DemoScene scene, List<(ImageFrame Image, List<PoseInstance> Instances)> frames, string videoPath, int videoFrameCount, string path, CancellationToken cancellationToken)
    {
        var images = frames.ToDictionary(f => f.Image.Index, f => f.Image);
        LabelsFile.Save(LabelsOf(scene, frames, videoPath, videoFrameCount), path, new LabelsWriteOptions
        {
            Embed = EmbedFrames.All,
            EncodeFrame = (_, index) => Picture.Encode(images[index]),
            CancellationToken = cancellationToken,
        });
    }

    private static SleapLabels LabelsOf(DemoScene scene, List<(ImageFrame Image, List<PoseInstance> Instances)> frames, string videoPath, int videoFrameCount)
    {
        var first = frames[0].Image;
        var video = new SleapVideo { FileName = videoPath, FrameCount = videoFrameCount, HeightPx = first.HeightPx, WidthPx = first.WidthPx, Channels = 1 };
        var labels = new SleapLabels();
        labels.Videos.Add(video);
        labels.Skeletons.Add(scene.Skeleton);
        labels.Tracks.AddRange(scene.Tracks);
        labels.Frames.AddRange(frames.Select(f => new LabeledFrame(video, f.Image.Index, f.Instances)));
        return labels;
    }
}
