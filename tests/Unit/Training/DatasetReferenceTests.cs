using SleapNn.Configuration;
using SleapNn.LabelFiles;
using SleapNn.Preprocessing;
using SleapNn.Targets;
using SleapNn.Tests.Preprocessing;
using SleapNn.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Tests.Training;

/// <summary>Samples and targets as sleap-nn's own data sets make them of the same labels, without augmentation.</summary>
public sealed class DatasetReferenceTests : TorchTest
{
    private const double Sigma = 2.5;
    private const double FieldSigma = 15;
    private const double Tolerance = 1e-4;

    [SharedTheory]
    [InlineData("1.0")]
    [InlineData("0.5")]
    public void Bottom_up_samples_agree(string scale)
    {
        var config = Config(scale);
        config.ModelConfig.HeadConfigs.Bottomup = new BottomupConfig
        {
            Confmaps = { Sigma = Sigma, OutputStride = 2 },
            Pafs = { Sigma = FieldSigma, OutputStride = 4 },
        };
        var expected = Reference("bottomup", scale, 0);
        using var batch = Sample(config, 0, out var heads);
        ReferenceImages.AssertClose(batch.Images, expected["image"], 1);
        ReferenceImages.AssertClose(batch.Points, expected["instances"], Tolerance);
        ReferenceImages.AssertClose(heads[0].Target(batch), expected["confidence_maps"], Tolerance);
        ReferenceImages.AssertClose(heads[1].Target(batch).squeeze(0), expected["part_affinity_fields"], Tolerance);
    }

    [SharedTheory]
    [InlineData("1.0")]
    [InlineData("0.5")]
    public void Centroid_samples_agree(string scale)
    {
        var config = Config(scale);
        config.ModelConfig.HeadConfigs.Centroid = new CentroidConfig { Confmaps = { Sigma = Sigma, OutputStride = 2 } };
        var expected = Reference("centroid", scale, 0);
        using var batch = Sample(config, 0, out var heads);
        ReferenceImages.AssertClose(batch.Images, expected["image"], 1);
        ReferenceImages.AssertClose(batch.Points.squeeze(2), expected["centroids"], Tolerance);
        ReferenceImages.AssertClose(heads[0].Target(batch), expected["centroids_confidence_maps"], Tolerance);
    }

    /// <summary>The crops that runs of sleap-nn go on with; new ones have exact crops.</summary>
    [SharedTheory]
    [InlineData("1.0", 0)]
    [InlineData("1.0", 1)]
    [InlineData("0.5", 0)]
    [InlineData("0.5", 1)]
    public void Crops_agree(string scale, int index)
    {
        var config = Config(scale);
        config.DataConfig.Preprocessing.CropHw = [160, 160];
        config.ModelConfig.HeadConfigs.CenteredInstance = new CenteredInstanceConfig { Confmaps = { Sigma = Sigma, OutputStride = 2 } };
        var expected = Reference("centered", scale, index);
        using var batch = Sample(config, index, out var heads);
        ReferenceImages.AssertClose(batch.Images, expected["instance_image"], 1);
        ReferenceImages.AssertClose(batch.Points.squeeze(1), expected["instance"], Tolerance);
        ReferenceImages.AssertClose(heads[0].Target(batch), expected["confidence_maps"], Tolerance);
    }

    /// <summary>
    /// The recorded frame has two animals, which sleap-nn sets one behind the other in the channels of a single-instance model;
    /// such frames are refused here, so that each animal is compared with its channels.
    /// </summary>
    [SharedTheory]
    [InlineData("1.0")]
    [InlineData("0.5")]
    public void Single_instance_targets_agree(string scale)
    {
        var config = Config(scale);
        config.ModelConfig.HeadConfigs.SingleInstance = new SingleInstanceConfig { Confmaps = { Sigma = Sigma, OutputStride = 2 } };
        var expected = Reference("single", scale, 0);
        using var batch = Sample(config, 0, out _);
        ReferenceImages.AssertClose(batch.Images, expected["image"], 1);
        ReferenceImages.AssertClose(batch.Points, expected["instances"], Tolerance);
        var maps = expected["confidence_maps"].ToTensor();
        for (var animal = 0; animal < 2; animal++)
        {
            var own = ConfidenceMaps.MakeMultiInstance(batch.Points.narrow(1, animal, 1), batch.HeightPx, batch.WidthPx, Sigma, 2);
            Assert.InRange(ReferenceImages.LargestDifference(own, maps.narrow(1, 2 * animal, 2)), 0, Tolerance);
        }
    }

    private static NpzFile Reference(string kind, string scale, int index) =>
        new(SharedData.PathTo("reference", "data", $"dataset_{kind}_{scale}_{index}.npz"));

    private static SleapConfig Config(string scale)
    {
        var config = new SleapConfig();
        config.DataConfig.Preprocessing.Scale = scale == "0.5" ? 0.5 : 1;
        config.ModelConfig.BackboneConfig.Unet = new UNetConfig { MaxStride = 16, OutputStride = 2 };
        return config;
    }

    private static Batch Sample(SleapConfig config, int index, out IReadOnlyList<TrainingHead> heads)
    {
        var labels = LabelsFile.Load(SharedData.PathTo("data", "datasets", "minimal_instance.pkg.slp"));
        var labelled = TrainingFrame.Of(labels, 0, config.DataConfig);
        using var frames = new FrameCache(channels: null, budgetBytes: 1 << 20);
        var data = new TrainingData([labels], [labels], new DataSplit(labelled, labelled));
        var filled = TrainingPreparation.FillIn(config, data, frames.SizeOf);
        heads = TrainingHead.Of(filled, labels.Skeleton);
        var source = new SampleSource(labelled, frames, SampleOptions.Of(filled, labels.Skeleton) with { Crops = CropForm.SleapNn }, augmentation: null, seed: 0);
        return Batch.Make(source, [index], pass: 0);
    }
}
