using SleapNn.Demo;
using SleapNn.LabelFiles;
using SleapNn.Media;

namespace SleapNn.Tests.Demo;

public sealed class DemoDatasetWriterTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sleapnn-test-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_is_written_reads_back_with_frames_tracks_and_truth(int animals)
    {
        var options = new DemoOptions { Animals = animals, HeightPx = 128, WidthPx = 160, Seed = 4 };

        var dataset = DemoDatasetWriter.Write(folder.FullName, options, trainFrames: 6, testFrames: 4);

        Assert.Equal(DemoDatasetWriter.FileNames.Order(), folder.GetFiles().Select(f => f.Name).Order());
        var (train, test, truth) = (LabelsFile.Load(dataset.TrainPath), LabelsFile.Load(dataset.TestPath), LabelsFile.Load(dataset.TruthPath));
        Assert.Equal((6, 4, 12), (train.Frames.Count, test.Frames.Count, truth.Frames.Count));
        Assert.All(train.Frames, f => Assert.Equal(animals, f.UserInstances.Count()));
        Assert.Equal(animals > 1 ? animals : 0, train.Tracks.Count);
        Assert.Equal(["head", "thorax", "abdomen", "wing_left", "wing_right"], train.Skeleton.Nodes);
        Assert.Single(train.Skeleton.Symmetries);

        var scene = new DemoScene(options);
        scene.Skip(5);
        var (image, instances) = scene.Next();
        using var embedded = FrameSource.Open(train.Videos[0]);
        Assert.Equal(image.Pixels, embedded.Read(0).Pixels);
        Assert.Equal(instances.SelectMany(n => n.Points).Select(p => (p.X, p.Y, p.Visible)), train.Frames[0].Instances.SelectMany(n => n.Points).Select(p => (p.X, p.Y, p.Visible)));

        // A test frame is the video's frame of the same index, but for the video's compression.
        using var testFrames = FrameSource.Open(test.Videos[0]);
        using var video = FrameSource.Open(truth.Videos[0]);
        Assert.Equal([0, 3, 6, 9], testFrames.FrameIndices);
        Assert.Equal(12, video.FrameIndices.Count);
        foreach (var index in testFrames.FrameIndices)
        {
            var difference = testFrames.Read(index).Pixels.Zip(video.Read(index).Pixels, (a, b) => Math.Abs(a - b)).Average();
            Assert.InRange(difference, 0, 8);
            var of = truth.Frames.Single(f => f.FrameIndex == index).Instances.SelectMany(n => n.Points);
            Assert.Equal(of, test.Frames.Single(f => f.FrameIndex == index).Instances.SelectMany(n => n.Points));
        }

        Assert.Empty(train.Frames.SelectMany(f => f.Instances).SelectMany(n => n.Points).Select(p => p.X).Intersect(test.Frames.SelectMany(f => f.Instances).SelectMany(n => n.Points).Select(p => p.X)));
    }

    [Fact]
    public void Stopping_and_senseless_counts_leave_no_file()
    {
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Throws<OperationCanceledException>(() => DemoDatasetWriter.Write(folder.FullName, new DemoOptions(), 5, 5, null, stopped.Token));
        Assert.Equal("DemoOptions", Assert.Throws<MediaException>(() => DemoDatasetWriter.Write(folder.FullName, new DemoOptions(), 0, 5)).ErrorId);
        Assert.Empty(folder.GetFileSystemInfos());
    }
}
