using OpenCvSharp;
using SleapNn.Augmentation;
using SleapNn.Configuration;
using SleapNn.LabelFiles;
using SleapNn.Tests.Training.Keys;
using SleapNn.Training;

namespace SleapNn.Tests.Training;

/// <summary>Labels as they come from a lab: files that differ, animals that are not all there, slips of the mouse.</summary>
public sealed class AwkwardLabelsTests : TorchTest
{
    private readonly TinyDataset data = new();
    private readonly TinyDataset other = new();

    public override void Dispose()
    {
        base.Dispose();
        data.Dispose();
        other.Dispose();
    }

    [Fact]
    public void Files_with_the_same_nodes_in_another_order_are_learned_in_that_of_the_first()
    {
        Change(other, labels => Turn(labels, labels.Frames));
        var config = data.Config();
        config.DataConfig.ValLabelsPath = [other.LabelsPath];
        using var prepared = new PreparedData(config);
        Assert.Equal(["A", "B"], prepared.Data.Val[0].Skeleton.Nodes);
        Assert.Equal([new SkeletonEdge(0, 1)], prepared.Data.Val[0].Skeleton.Edges);
        Assert.Equal(
            prepared.Data.Split.Train.Select(frame => frame.Instances[0].Points[0]),
            prepared.Data.Split.Val.Select(frame => frame.Instances[0].Points[0]));
    }

    [Fact]
    public void Animals_of_one_file_whose_nodes_are_in_another_order_are_learned_in_that_of_the_first_skeleton()
    {
        var before = LabelsFile.Load(data.LabelsPath).Frames[5].Instances[0].Points[0];
        Change(data, labels =>
        {
            Turn(labels, [labels.Frames[5]]);
            labels.Skeletons.Reverse();
        });
        var config = data.Config();
        config.DataConfig.UseSameDataForVal = true;
        using var prepared = new PreparedData(config);
        Assert.Equal(before, prepared.Data.Split.Train[5].Instances[0].Points[0]);
    }

    [Fact]
    public void Other_nodes_are_an_error_that_names_the_file()
    {
        Change(other, labels => Replace(labels, labels.Frames, new Skeleton { Nodes = { "A", "b" } }, points => points));
        var config = data.Config();
        config.DataConfig.TrainLabelsPath.Add(other.LabelsPath);
        var error = Assert.Throws<TrainingException>(() => new PreparedData(config));
        Assert.Equal("TrainingSkeletonMismatch", error.ErrorId);
        Assert.Contains(other.LabelsPath, error.Message, StringComparison.Ordinal);
        config.ModelConfig.HeadConfigs.SingleInstance!.Confmaps.PartNames = ["A"];
        using var prepared = new PreparedData(config);
        Assert.Equal(1, prepared.First().Points.shape[2]);
    }

    [Theory]
    [InlineData("centroid")]
    [InlineData("centered_instance")]
    [InlineData("bottomup")]
    public void An_animal_of_another_skeleton_is_an_error_that_names_its_frame(string head)
    {
        AddStranger();
        var config = data.Config().WithHead(head);
        var error = Assert.Throws<TrainingException>(() => new PreparedData(config));
        Assert.Equal("TrainingSkeletonMismatch", error.ErrorId);
        Assert.Contains("frame 4' has an animal of the skeleton 'mouse' (snout)", error.Message, StringComparison.Ordinal);
        Assert.Equal(head != "centroid", error.Message.Contains("part_names", StringComparison.Ordinal));
    }

    [Fact]
    public void Listing_the_parts_leaves_animals_of_another_skeleton_out()
    {
        AddStranger();
        var config = data.Config().WithHead("bottomup");
        config.ModelConfig.HeadConfigs.Bottomup!.Confmaps.PartNames = ["A", "B"];
        config.DataConfig.UseSameDataForVal = true;
        using var prepared = new PreparedData(config);
        Assert.All(prepared.Data.Split.Train, frame => Assert.Single(frame.Instances));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("A A", "'A' 2 times")]
    public void A_selection_of_parts_that_makes_no_model_is_refused(string parts, string said)
    {
        var config = data.Config();
        config.ModelConfig.HeadConfigs.SingleInstance!.Confmaps.PartNames = [.. parts.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        var error = Assert.Throws<TrainingException>(() => new PreparedData(config));
        Assert.Equal("TrainingPartNames", error.ErrorId);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_edge_joins_two_nodes()
    {
        var config = data.Config().WithHead("bottomup");
        config.ModelConfig.HeadConfigs.Bottomup!.Pafs.Edges = [["A", "B"], ["B", "B"]];
        Assert.Equal("TrainingEdges", Assert.Throws<TrainingException>(() => new PreparedData(config)).ErrorId);
    }

    // Animals are 12 pixels long, and 4 high.
    [Theory]
    [InlineData(100_000, 5)]
    [InlineData(-40, 5)]
    [InlineData(double.PositiveInfinity, 5)]
    public void A_slip_outside_of_the_frame_neither_enlarges_nor_moves_a_crop(double x, double y)
    {
        var config = data.Config().WithHead("centered_instance");
        config.DataConfig.UseSameDataForVal = true;
        Change(data, labels => labels.Frames[0].Instances[0].Points[1] = new PosePoint(x, y));
        Assert.Equal(16, CropOf(config).HeightPx);
        using var prepared = new PreparedData(config);
        Assert.Equal([16L, 16L], prepared.First().Images.shape[^2..]);
        var points = prepared.First().Points.data<float>().ToArray();
        Assert.Equal((7.5f, 7.5f), (points[0], points[1]), Near);
        Assert.True(float.IsNaN(points[2]));

        static bool Near((float X, float Y) one, (float X, float Y) two) => Math.Abs(one.X - two.X) <= 0.5f && Math.Abs(one.Y - two.Y) <= 0.5f;
    }

    [Fact]
    public void An_animal_that_is_outside_as_a_whole_gives_an_empty_crop()
    {
        var config = data.Config(epochs: 1, steps: 3).WithHead("centered_instance");
        Change(data, labels =>
        {
            labels.Frames[0].Instances[0].Points[0] = new PosePoint(-500, 3);
            labels.Frames[0].Instances[0].Points[1] = new PosePoint(-512, 3);
        });
        config.DataConfig.UseSameDataForVal = true;
        using var prepared = new PreparedData(config);
        Assert.All(prepared.First().Points.data<float>().ToArray(), value => Assert.True(float.IsNaN(value)));
        Assert.All(prepared.First().Images.data<byte>().ToArray(), value => Assert.Equal(0, value));
        Assert.True(double.IsFinite(Trainer.Run(data.Request(config)).BestLoss));
    }

    // Frames are 40 x 48.
    [Theory]
    [InlineData(80, 96, 24)]
    [InlineData(80, null, 12)]
    [InlineData(20, 24, 8)]
    public void Automatic_crops_have_the_size_of_animals_in_frames_that_were_matched(int? height, int? width, int side)
    {
        var config = data.Config().WithHead("centered_instance");
        (config.DataConfig.Preprocessing.MinCropSize, config.DataConfig.Preprocessing.MaxHeight, config.DataConfig.Preprocessing.MaxWidth) = (4, height, width);
        Assert.Equal((side, side), CropOf(config));
    }

    [Fact]
    public void A_crop_that_is_smaller_than_an_animal_is_told()
    {
        var config = data.Config(epochs: 1, steps: 1).WithHead("centered_instance");
        config.DataConfig.Preprocessing.CropSize = 8;
        Assert.Contains("The largest animal spans 12 pixels, more than a crop of 8 x 8", Assert.Single(WarningsOf(config)), StringComparison.Ordinal);
        config.DataConfig.Preprocessing.CropSize = null;
        Assert.Empty(WarningsOf(config));
    }

    [Theory]
    [InlineData("multi_class_bottomup")]
    [InlineData("multi_class_topdown")]
    public void Classes_that_no_animal_has_are_refused(string head)
    {
        var config = data.Config().WithHead(head);
        SetClasses(config, ["Animal0"]);
        var error = Assert.Throws<TrainingException>(() => new PreparedData(config));
        Assert.Equal("TrainingNoClasses", error.ErrorId);
        Assert.Contains("(Animal0)", error.Message, StringComparison.Ordinal);
        Assert.Contains("are: animal0.", error.Message, StringComparison.Ordinal);
        SetClasses(config, ["animal0", "animal0"]);
        Assert.Equal("TrainingClasses", Assert.Throws<TrainingException>(() => new PreparedData(config)).ErrorId);
        SetClasses(config, null);
        Change(data, labels => labels.Frames.ForEach(frame => frame.Instances[0].Track = null));
        Assert.Equal("TrainingNoClasses", Assert.Throws<TrainingException>(() => new PreparedData(config)).ErrorId);
    }

    [Fact]
    public void Classes_without_animals_and_animals_without_class_are_told()
    {
        using var pairs = new TinyDataset(animals: 2);
        var config = pairs.Config(epochs: 1, steps: 1).WithHead("multi_class_bottomup");
        config.DataConfig.UseSameDataForVal = true;
        Assert.Empty(WarningsOf(config));
        SetClasses(config, ["ghost", "animal1"]);
        var warnings = WarningsOf(config);
        Assert.Equal(3, warnings.Count);
        Assert.Contains("is of the class ghost", warnings[0], StringComparison.Ordinal);
        Assert.Contains("6 of the 12 animals to train on", warnings[1], StringComparison.Ordinal);
        Assert.Contains("6 of the 12 animals to validate with", warnings[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_that_are_trained_on_and_validated_with_are_told()
    {
        var config = data.Config(epochs: 1, steps: 1);
        config.DataConfig.ValLabelsPath = [other.LabelsPath, data.LabelsPath];
        Assert.Contains("6 of the 12 frames to validate with are trained on", Assert.Single(WarningsOf(config)), StringComparison.Ordinal);
        config.DataConfig.ValLabelsPath = [other.LabelsPath];
        Assert.Empty(WarningsOf(config));
    }

    [Fact]
    public void Mirroring_a_skeleton_without_symmetries_is_told()
    {
        var config = data.Config(epochs: 1, steps: 1);
        config.DataConfig.UseAugmentationsTrain = true;
        config.DataConfig.AugmentationConfig = new() { Geometric = new() { FlipP = 0.5 } };
        Assert.Contains("flip_p", Assert.Single(WarningsOf(config)), StringComparison.Ordinal);
        Change(data, labels => labels.Skeleton.Symmetries.Add(new SkeletonEdge(0, 1)));
        Assert.Empty(WarningsOf(config));
    }

    [Fact]
    public void The_anchor_of_a_mirrored_animal_is_the_part_on_the_other_side()
    {
        Change(data, labels => labels.Skeleton.Symmetries.Add(new SkeletonEdge(1, 0)));
        var config = data.Config().WithHead("centroid");
        config.ModelConfig.HeadConfigs.Centroid!.Confmaps.AnchorPart = "A";
        using var prepared = new PreparedData(config);
        var augmentation = new AugmentationConfig { Geometric = new() { FlipP = 1 } };
        var mirrored = new SampleSource(prepared.Data.Split.Train, prepared.Frames, SampleOptions.Of(prepared.Config, prepared.Data.Skeleton), augmentation, seed: 1);
        for (var i = 0; i < mirrored.Count; i++)
        {
            var points = prepared.Data.Split.Train[i].Instances[0].Points;
            Assert.Equal([(float)points[0].X, (float)points[0].Y], prepared.Source.Get(i, 0).Points);
            Assert.Equal([TinyDataset.Width - 1 - (float)points[1].X, (float)points[1].Y], mirrored.Get(i, 0).Points);
        }
    }

    [Fact]
    public void Videos_that_are_gone_are_named_together_before_anything_is_trained()
    {
        using var third = new TinyDataset();
        var config = data.Config();
        config.DataConfig.ValLabelsPath = [other.LabelsPath, third.LabelsPath];
        Delete(third);
        Assert.Contains(third.Folder.Replace('\\', '/'), Fail().Message, StringComparison.Ordinal);
        Delete(other);
        var error = Fail();
        Assert.Contains("2 videos", error.Message, StringComparison.Ordinal);
        Assert.Contains(other.Folder.Replace('\\', '/'), error.Message, StringComparison.Ordinal);
        Assert.Contains(third.Folder.Replace('\\', '/'), error.Message, StringComparison.Ordinal);

        MediaException Fail()
        {
            var folder = Path.Combine(data.Folder, "gone");
            var error = Assert.Throws<MediaException>(() => Trainer.Run(new TrainingRequest { Config = config, OutputPath = folder }));
            Assert.Equal("MediaNotFound", error.ErrorId);
            Assert.False(Directory.Exists(folder));
            return error;
        }

        static void Delete(TinyDataset data) => Array.ForEach(Directory.GetFiles(data.Folder, "*.png"), File.Delete);
    }

    [Fact]
    public void Grey_and_coloured_videos_to_validate_with_need_a_decision()
    {
        using var coloured = new TinyDataset();
        Change(coloured, labels => (labels.Videos[0].Channels, labels.Videos[0].Metadata) = (3, null));
        foreach (var path in Directory.GetFiles(coloured.Folder, "*.png"))
        {
            using var image = new Mat(TinyDataset.Height, TinyDataset.Width, MatType.CV_8UC3, new Scalar(10, 60, 200));
            Cv2.ImWrite(path, image);
        }

        var config = data.Config(epochs: 1, steps: 1);
        config.DataConfig.ValLabelsPath = [other.LabelsPath, coloured.LabelsPath];
        Assert.Equal("TrainingMixedChannels", Assert.Throws<TrainingException>(() => Trainer.Run(data.Request(config))).ErrorId);
        config.DataConfig.Preprocessing.EnsureGrayscale = true;
        Assert.Equal(12, Trainer.Run(data.Request(config)).ValSamples);
    }

    private (int HeightPx, int WidthPx) CropOf(SleapConfig config)
    {
        using var prepared = new PreparedData(config);
        return prepared.Config.DataConfig.Preprocessing.CropHw is [var height, var width] ? (height, width) : default;
    }

    private List<string> WarningsOf(SleapConfig config)
    {
        var warnings = new List<string>();
        Trainer.Run(
            new TrainingRequest { Config = config, OutputPath = Path.Combine(data.Folder, "warned"), Force = true },
            new Immediate(p =>
            {
                if (p is { IsWarning: true, Activity: "Preparing" })
                {
                    warnings.Add(p.Message!);
                }
            }));
        return warnings;
    }

    private void AddStranger() => Change(data, labels =>
    {
        var mouse = new Skeleton { Name = "mouse", Nodes = { "snout" } };
        labels.Skeletons.Add(mouse);
        labels.Frames[4].Instances.Insert(0, new PoseInstance(mouse, [new PosePoint(3, 3)]));
    });

    private static void SetClasses(SleapConfig config, List<string>? classes)
    {
        if (config.ModelConfig.HeadConfigs.MultiClassBottomup is { } bottomup)
        {
            bottomup.ClassMaps.Classes = classes;
        }
        else
        {
            config.ModelConfig.HeadConfigs.MultiClassTopdown!.ClassVectors.Classes = classes;
        }
    }

    private static void Turn(SleapLabels labels, IEnumerable<LabeledFrame> frames) =>
        Replace(labels, frames, new Skeleton { Name = "turned", Nodes = { "B", "A" }, Edges = { new SkeletonEdge(1, 0) } }, points => [points[1], points[0]]);

    private static void Replace(SleapLabels labels, IEnumerable<LabeledFrame> frames, Skeleton skeleton, Func<PosePoint[], PosePoint[]> change)
    {
        labels.Skeletons.Insert(0, skeleton);
        foreach (var frame in frames)
        {
            frame.Instances[0] = new PoseInstance(skeleton, change(frame.Instances[0].Points)) { Track = frame.Instances[0].Track };
        }
    }

    private static void Change(TinyDataset data, Action<SleapLabels> change)
    {
        var labels = LabelsFile.Load(data.LabelsPath);
        change(labels);
        LabelsFile.Save(labels, data.LabelsPath);
    }
}
