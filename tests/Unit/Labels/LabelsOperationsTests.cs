using CsCheck;
using SleapNn.LabelFiles;

namespace SleapNn.Tests.Labels;

public sealed class LabelsOperationsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-operations-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Any_labels_are_equal_after_writing_and_reading()
    {
        var path = Path.Combine(folder, "any.slp");
        LabelsSamples.Any.Sample(
            labels =>
            {
                Write(labels, path);
                LabelsComparison.AssertEqual(labels, LabelsFile.Load(path));
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public void The_parts_of_a_split_are_all_frames_once_and_the_same_each_time()
    {
        Gen.Select(LabelsSamples.Any, Gen.Double[0, 0.5], Gen.Double[0, 0.4], Gen.Int).Sample(
            (labels, validation, test, seed) =>
            {
                labels.ClearPositionalContent();
                if (labels.Frames.Count < 3)
                {
                    return;
                }

                var parts = LabelsDivision.Split(labels, validation, test, seed);
                var all = parts.Train.Frames.Concat(parts.Validation.Frames).Concat(parts.Test.Frames).ToList();
                Assert.Equal(labels.Frames.Count, all.Count);
                Assert.Equal(labels.Frames.ToHashSet(), all.ToHashSet());
                Assert.NotEmpty(parts.Train.Frames);
                Assert.Equal(validation > 0, parts.Validation.Frames.Count > 0);
                Assert.Equal(test > 0, parts.Test.Frames.Count > 0);
                Assert.Equal(parts.Train.Frames, LabelsDivision.Split(labels, validation, test, seed).Train.Frames);
            },
            iter: 100,
            threads: 1);
    }

    [Fact]
    public void A_seed_gives_the_same_parts_for_ever()
    {
        var labels = new SleapLabels();
        labels.Videos.Add(new SleapVideo { FileName = "a.mp4" });
        labels.Frames.AddRange(Enumerable.Range(0, 20).Select(i => new LabeledFrame(labels.Videos[0], i)));

        var validation = LabelsDivision.Split(labels, validation: 0.2, seed: 42).Validation.Frames.Select(frame => frame.FrameIndex);

        Assert.Equal(ExpectedForSeed42, validation);
    }

    [Theory]
    [InlineData(-0.1, 0)]
    [InlineData(0.5, 0.5)]
    [InlineData(double.NaN, 0)]
    public void Impossible_fractions_are_refused(double validation, double test) =>
        Assert.Equal("LabelsSplitFraction", Assert.Throws<LabelsException>(() => LabelsDivision.Split(LabelsSamples.Rich(), validation, test)).ErrorId);

    [Fact]
    public void Merging_labels_with_themselves_changes_nothing()
    {
        LabelsSamples.Any.Sample(
            labels =>
            {
                labels.ClearPositionalContent();
                var copies = new[] { labels, labels }.Select((source, i) =>
                {
                    var path = Path.Combine(folder, $"{i}.slp");
                    Write(source, path);
                    return LabelsFile.Load(path);
                }).ToList();
                foreach (var copy in copies)
                {
                    copy.ClearPositionalContent();
                }

                var merged = LabelsMerge.Merge(copies);

                Assert.Equal(labels.Videos.Count, merged.Videos.Count);
                Assert.Equal(labels.Skeletons.Count, merged.Skeletons.Count);
                Assert.Equal(labels.Tracks.Select(track => track.Name), merged.Tracks.Select(track => track.Name));
                Assert.Equal(labels.Frames.Select(frame => frame.Instances.Count), merged.Frames.Select(frame => frame.Instances.Count));
                Assert.Equal(labels.Suggestions.Distinct().Count(), merged.Suggestions.Count);
                Write(merged, Path.Combine(folder, "merged.slp"));
            },
            iter: 30,
            threads: 1);
    }

    [Fact]
    public void Merging_matches_skeletons_by_name_in_any_order()
    {
        var (first, second) = (OneInstance(["A", "B"], 1, 2), OneInstance(["B", "A"], 3, 4));

        var merged = LabelsMerge.Merge([first, second]);

        var skeleton = Assert.Single(merged.Skeletons);
        Assert.Equal(["A", "B"], skeleton.Nodes);
        Assert.Equal([1.0, 2, 4, 3], merged.Frames[0].Instances.SelectMany(instance => instance.Points).Select(point => point.X));
    }

    [Theory]
    [InlineData(DuplicateFrames.Combine, new[] { 1.0, 3 })]
    [InlineData(DuplicateFrames.KeepFirst, new[] { 1.0 })]
    [InlineData(DuplicateFrames.KeepLast, new[] { 3.0 })]
    public void A_frame_that_two_labels_have_follows_the_policy(DuplicateFrames policy, double[] expected)
    {
        var merged = LabelsMerge.Merge([OneInstance(["A", "B"], 1, 2), OneInstance(["A", "B"], 3, 4)], policy);

        Assert.Equal(expected, Assert.Single(merged.Frames).Instances.Select(instance => instance.Points[0].X));
    }

    [Fact]
    public void A_frame_that_two_labels_have_can_be_refused() =>
        Assert.Equal("LabelsDuplicateFrame", Assert.Throws<LabelsException>(() => LabelsMerge.Merge([OneInstance(["A"], 1), OneInstance(["A"], 3)], DuplicateFrames.Refuse)).ErrorId);

    [Theory]
    [InlineData(16, 0, 100, 112)]
    [InlineData(10, 0, 100, 100)]
    [InlineData(16, 0, 0, 64)]
    [InlineData(16, 20, 0, 80)]
    [InlineData(16, 20, 101, 112)]
    [InlineData(32, 0, 160, 160)]
    public void The_crop_size_is_the_one_of_sleap_nn(int stride, int padding, int smallest, int expected)
    {
        // The larger side of the box is 60 px: ceil((max(60, smallest - padding) + padding) / stride) * stride.
        var labels = OneInstance(["A", "B"], 20, 80);

        Assert.Equal(expected, LabelsMeasure.CropSizePx(labels, stride, padding, smallest));
    }

    [SharedFact]
    public void Statistics_of_a_sample()
    {
        var statistics = LabelsMeasure.Measure(LabelsFile.Load(SharedData.PathTo("data", "datasets", "minimal_instance.pkg.slp")));

        Assert.Equal((1, 1, 2, 2), (statistics.FrameCount, statistics.UserFrameCount, statistics.UserInstanceCount, statistics.MaxInstancesPerFrame));
        Assert.Equal((384, 384, 112), (statistics.SuggestedInputHeightPx, statistics.SuggestedInputWidthPx, statistics.SuggestedCropSizePx));
        Assert.Equal(72.705, statistics.MaxInstanceSizePx!.Value, 3);
        Assert.Equal([1.0, 1.0], statistics.Nodes.Select(node => node.Fraction));
    }

    private static readonly int[] ExpectedForSeed42 = [3, 8, 11, 16];

    // Without the flush to disk of a real save, which takes most of the time.
    private static void Write(SleapLabels labels, string path)
    {
        using var stream = File.Create(path);
        new LabelsWriter(labels, new LabelsWriteOptions()).Write(stream);
    }

    private static SleapLabels OneInstance(string[] nodes, params double[] x)
    {
        var labels = new SleapLabels();
        labels.Videos.Add(new SleapVideo { FileName = "a.mp4" });
        var skeleton = new Skeleton();
        skeleton.Nodes.AddRange(nodes);
        labels.Skeletons.Add(skeleton);
        labels.Frames.Add(new LabeledFrame(labels.Videos[0], 0, [new PoseInstance(skeleton, x.Select(value => new PosePoint(value, 0)).ToArray())]));
        return labels;
    }
}
