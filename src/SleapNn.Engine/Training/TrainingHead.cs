using SleapNn.Configuration;
using SleapNn.Runtime;
using SleapNn.Targets;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Training;

/// <summary>One output of a model: what it should be, and how far off it is.</summary>
/// <param name="Name">The output's name in the model, such as <c>CentroidConfmapsHead</c>.</param>
/// <param name="LogName">Its name in the log, such as <c>confmaps</c>.</param>
/// <param name="Weight">The weight of its loss.</param>
/// <param name="Parts">The names of the channels whose losses are logged one by one; empty for none.</param>
/// <param name="Target">Makes the target of a batch: (batch, channels, height, width) or (batch, classes).</param>
/// <param name="Loss">The loss of a prediction and its target, a scalar.</param>
public sealed record TrainingHead(
    string Name,
    string LogName,
    double Weight,
    IReadOnlyList<string> Parts,
    Func<Batch, Tensor> Target,
    Func<Tensor, Tensor, Tensor> Loss)
{
    /// <summary>The heads of a configuration.</summary>
    /// <param name="config">The prepared configuration.</param>
    /// <param name="skeleton">The skeleton of the labels.</param>
    /// <returns>The heads in the order of sleap-nn.</returns>
    public static IReadOnlyList<TrainingHead> Of(SleapConfig config, Skeleton skeleton)
    {
        var mining = config.TrainerConfig.OnlineHardKeypointMining is { OnlineMining: true } options ? options : null;
        var heads = config.ModelConfig.HeadConfigs;
        switch (ModelKinds.Of(heads))
        {
            case ModelKind.SingleInstance:
                var single = heads.SingleInstance!.Confmaps;
                return [Maps("SingleInstanceConfmapsHead", single.Sigma, single.OutputStride, 1, skeleton.Nodes, mining)];
            case ModelKind.Centroid:
                var centroid = heads.Centroid!.Confmaps;
                return [Maps("CentroidConfmapsHead", centroid.Sigma, centroid.OutputStride, 1, [], mining: null)];
            case ModelKind.CenteredInstance:
                var centered = heads.CenteredInstance!.Confmaps;
                return [Maps("CenteredInstanceConfmapsHead", centered.Sigma, centered.OutputStride, centered.LossWeight ?? 1, skeleton.Nodes, mining)];
            case ModelKind.Bottomup:
                var bottomup = heads.Bottomup!;
                return
                [
                    Maps("MultiInstanceConfmapsHead", bottomup.Confmaps.Sigma, bottomup.Confmaps.OutputStride, bottomup.Confmaps.LossWeight ?? 1, [], mining),
                    Fields(bottomup.Pafs, skeleton, mining),
                ];
            case ModelKind.MultiClassBottomup:
                var classes = heads.MultiClassBottomup!;
                return
                [
                    Maps("MultiInstanceConfmapsHead", classes.Confmaps.Sigma, classes.Confmaps.OutputStride, classes.Confmaps.LossWeight ?? 1, [], mining),
                    Classes(classes.ClassMaps),
                ];
            default:
                var topdown = heads.MultiClassTopdown!;
                return
                [
                    Maps("CenteredInstanceConfmapsHead", topdown.Confmaps.Sigma, topdown.Confmaps.OutputStride, topdown.Confmaps.LossWeight ?? 1, skeleton.Nodes, mining),
                    Vectors(topdown.ClassVectors),
                ];
        }
    }

    private static TrainingHead Maps(string name, double sigma, int stride, double weight, IReadOnlyList<string> parts, HardKeypointMiningConfig? mining) =>
        new(
            name,
            "confmaps",
            weight,
            parts,
            batch => ConfidenceMaps.MakeMultiInstance(batch.Points, batch.HeightPx, batch.WidthPx, sigma, stride),
            WithMining(mining));

    private static TrainingHead Fields(PafsConfig pafs, Skeleton skeleton, HardKeypointMiningConfig? mining)
    {
        var edges = pafs.Edges!.ConvertAll(edge => new SkeletonEdge(skeleton.IndexOf(edge[0]), skeleton.IndexOf(edge[1])));
        return new(
            "PartAffinityFieldsHead",
            "paf",
            pafs.LossWeight ?? 1,
            [],
            batch => PartAffinityFields.Make(batch.Points, edges, batch.HeightPx, batch.WidthPx, pafs.Sigma, pafs.OutputStride),
            WithMining(mining));
    }

    private static TrainingHead Classes(ClassMapsConfig maps) => new(
        "ClassMapsHead",
        "classmap",
        maps.LossWeight ?? 1,
        [],
        batch => ClassMaps.Make(batch.Points, batch.Classes, maps.Classes!.Count, batch.HeightPx, batch.WidthPx, maps.Sigma, maps.OutputStride),
        Losses.MeanSquaredError);

    private static TrainingHead Vectors(ClassVectorsConfig vectors) => new(
        "ClassVectorsHead",
        "classvector",
        vectors.LossWeight ?? 1,
        [],
        batch => ClassMaps.Vectors(batch.Classes.select(1, 0), vectors.Classes!.Count),
        Losses.CrossEntropy);

    private static Func<Tensor, Tensor, Tensor> WithMining(HardKeypointMiningConfig? mining) => mining is null
        ? Losses.MeanSquaredError
        : (predicted, target) => Losses.MeanSquaredError(predicted, target).Plus(Losses.HardKeypoints(predicted, target, mining));
}
