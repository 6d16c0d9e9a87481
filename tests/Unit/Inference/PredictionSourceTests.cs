using SleapNn.Inference;
using SleapNn.Media;
using SleapNn.Runtime;

namespace SleapNn.Tests.Inference;

public sealed class PredictionSourceTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-source-").FullName;

    public PredictionSourceTests() => NativeLibraries.EnsureOpenCvLoaded();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(FrameSelection.All, new[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(FrameSelection.Labeled, new[] { 1, 3 })]
    [InlineData(FrameSelection.Predicted, new[] { 3, 4 })]
    [InlineData(FrameSelection.Suggested, new[] { 0, 5 })]
    [InlineData(FrameSelection.Unlabeled, new[] { 0, 2, 4, 5 })]
    public void Frames_are_chosen_by_what_labels_say(FrameSelection selection, int[] expected) =>
        Assert.Equal(expected, PredictionSource.OfLabels(Labels(), "labels", new FrameChoice(selection)).Targets[0].Frames);

    [Fact]
    public void A_range_and_the_labels_choose_together()
    {
        Assert.Equal([3], PredictionSource.OfLabels(Labels(), "labels", new FrameChoice(FrameSelection.Labeled, null, "2--1")).Targets[0].Frames);
        Assert.Equal("NoFrames", ErrorOf(() => PredictionSource.OfLabels(Labels(), "labels", new FrameChoice(FrameSelection.Labeled, null, "5"))));
        Assert.Equal("FrameRangeOutside", ErrorOf(() => PredictionSource.OfLabels(Labels(), "labels", new FrameChoice(FrameRange: "6"))));
    }

    [Fact]
    public void One_of_several_videos_is_taken()
    {
        var labels = Labels();
        labels.Videos.Add(Images(3, "other"));
        Assert.Equal(9, PredictionSource.OfLabels(labels, "labels", new FrameChoice()).FrameCount);
        var second = PredictionSource.OfLabels(labels, "labels", new FrameChoice(VideoIndex: 1));
        Assert.Same(labels.Videos[1], Assert.Single(second.Targets).Video);
        Assert.Equal("VideoIndexOutside", ErrorOf(() => PredictionSource.OfLabels(labels, "labels", new FrameChoice(VideoIndex: 2))));
        Assert.Equal("VideoIndexOutside", ErrorOf(() => PredictionSource.OfPath(folder, new FrameChoice(VideoIndex: 1))));
    }

    [Fact]
    public void Frames_without_labels_cannot_be_chosen_by_them()
    {
        Images(2, "a");
        Assert.Equal("FramesNeedLabels", ErrorOf(() => PredictionSource.OfPath(folder, new FrameChoice(FrameSelection.Suggested))));
    }

    [Fact]
    public void A_folder_and_a_list_of_images_are_sequences_of_files()
    {
        var video = Images(4, "a");
        var byFolder = PredictionSource.OfPath(folder, new FrameChoice());
        Assert.Equal(video.ImageFileNames, byFolder.Targets[0].Video.ImageFileNames);
        Assert.Equal(4, byFolder.FrameCount);
        Assert.Equal((8, 6), (byFolder.Targets[0].Video.HeightPx, byFolder.Targets[0].Video.WidthPx));

        string[] reversed = [video.ImageFileNames[2], video.ImageFileNames[0]];
        Assert.Equal(reversed, PredictionSource.OfImages(reversed, new FrameChoice()).Targets[0].Video.ImageFileNames);
        Assert.Equal([1], PredictionSource.OfImages(reversed, new FrameChoice(FrameRange: "-1")).Targets[0].Frames);
    }

    [Fact]
    public void Given_centroids_are_those_of_labelled_animals_before_predicted_ones()
    {
        var labels = Labels();
        var centroids = GivenCentroids.Of(labels, labels.Videos[0], null);
        Assert.Empty(centroids(0));
        Assert.Equal([new PafPeak(15, 20, 1, 0)], centroids(3));
        Assert.Equal([new PafPeak(15, 20, 0.5f, 0)], centroids(4));
        Assert.Equal([new PafPeak(20, 30, 1, 0)], GivenCentroids.Of(labels, labels.Videos[0], "tail")(3));
    }

    [Fact]
    public void A_node_that_is_not_visible_moves_no_given_centroid()
    {
        var labels = Labels();
        var points = labels.Frames.Find(frame => frame.FrameIndex == 3)!.UserInstances.First().Points;
        points[^1] = points[^1] with { Visible = false };
        Assert.Equal([new PafPeak(10, 10, 1, 0)], GivenCentroids.Of(labels, labels.Videos[0], "tail")(3));
    }

    private static string ErrorOf(Action action) => Assert.Throws<PredictionException>(action).ErrorId;

    private SleapLabels Labels()
    {
        var labels = new SleapLabels();
        labels.Skeletons.Add(new Skeleton { Nodes = { "head", "tail" } });
        labels.Videos.Add(Images(6, "a"));
        foreach (var (frame, kinds) in new (int, InstanceKind[])[]
        {
            (1, [InstanceKind.User]), (2, []), (3, [InstanceKind.Predicted, InstanceKind.User]), (4, [InstanceKind.Predicted]),
        })
        {
            labels.Frames.Add(new LabeledFrame(labels.Videos[0], frame, kinds.Select(kind =>
                new PoseInstance(labels.Skeleton, [new PosePoint(10, 10), new PosePoint(20, 30)], kind) { Score = 0.5 })));
        }

        labels.Suggestions.AddRange([new SuggestedFrame(labels.Videos[0], 5), new SuggestedFrame(labels.Videos[0], 0), new SuggestedFrame(labels.Videos[0], 3)]);
        return labels;
    }

    private SleapVideo Images(int count, string name)
    {
        var video = new SleapVideo { FileName = folder };
        for (var i = 0; i < count; i++)
        {
            var path = Path.Combine(folder, $"{name}{i}.png");
            File.WriteAllBytes(path, Picture.Encode(new ImageFrame(i, new byte[8 * 6], 8, 6, 1)));
            video.ImageFileNames.Add(path);
        }

        return video;
    }
}
