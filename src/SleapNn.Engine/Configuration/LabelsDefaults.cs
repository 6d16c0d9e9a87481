using SleapNn.Preprocessing;

namespace SleapNn.Configuration;

/// <summary>What a labels file says about the model to train on it.</summary>
public static class LabelsDefaults
{
    /// <summary>The head that fits the labels: by the number of instances in a frame, and by whether edges join the nodes.</summary>
    /// <param name="labels">The labels.</param>
    /// <returns>The head's YAML key.</returns>
    public static string HeadFor(SleapLabels labels)
    {
        if (labels.Frames.Count == 0 || labels.Frames.Max(frame => Trained(frame).Count()) <= 1)
        {
            return "single_instance";
        }

        return labels.Skeletons.Count > 0 && labels.Skeletons[0].Edges.Count > 0 ? "bottomup" : "centered_instance";
    }

    /// <summary>Fills in the names of nodes, edges and classes, the channels and the crop's size.</summary>
    /// <param name="config">The configuration, whose head and backbone are set.</param>
    /// <param name="labels">The labels.</param>
    /// <exception cref="ConfigException">The labels lack what the head needs.</exception>
    public static void Apply(SleapConfig config, SleapLabels labels)
    {
        var heads = config.ModelConfig.HeadConfigs;
        var head = heads.GetActiveName() ?? "";
        if (labels.Skeletons.Count == 0)
        {
            throw new ConfigException("LabelsWithoutSkeleton", "The labels have no skeleton, so there is nothing to predict.", labels.FileName);
        }

        var skeleton = labels.Skeletons[0];
        if (ConfigPath.GetChildren($"model_config.head_configs.{head}.confmaps").Contains("part_names"))
        {
            ConfigPath.Set(config, $"model_config.head_configs.{head}.confmaps.part_names", skeleton.Nodes);
        }

        if (heads.Bottomup is { } bottomup)
        {
            bottomup.Pafs.Edges = skeleton.Edges.Count > 0
                ? skeleton.Edges.ConvertAll(edge => new List<string> { skeleton.Nodes[edge.Source], skeleton.Nodes[edge.Destination] })
                : throw new ConfigException("LabelsWithoutEdges", "The skeleton has no edges, so that bottomup can not join the points of an animal. Choose the heads centroid and centered_instance, or add edges to the skeleton.", labels.FileName);
        }

        SetClasses(heads, labels);
        var channels = labels.Videos.Select(video => video.Channels).FirstOrDefault(count => count is 1 or 3);
        if (channels is not null && config.ModelConfig.BackboneConfig.GetActive() is { } backbone)
        {
            backbone.InChannels = channels.Value;
        }

        if (heads.CenteredInstance is not null || heads.MultiClassTopdown is not null)
        {
            var largestPx = labels.Frames.GroupBy(frame => frame.Video).Select(group => CropSize.LargestPx(
                group.SelectMany(Trained), group.Key.HeightPx ?? double.PositiveInfinity, group.Key.WidthPx ?? double.PositiveInfinity));
            config.DataConfig.Preprocessing.CropSize = CropSize.For(
                largestPx.DefaultIfEmpty().Max(), config.DataConfig, config.ModelConfig.BackboneConfig.GetActive()?.MaxStride ?? 1);
        }
    }

    private static void SetClasses(HeadConfigs heads, SleapLabels labels)
    {
        if (heads.MultiClassBottomup is null && heads.MultiClassTopdown is null)
        {
            return;
        }

        var classes = labels.Tracks.Select(track => track.Name).Distinct().ToList();
        if (classes.Count == 0)
        {
            throw new ConfigException("LabelsWithoutTracks", "A model that tells animals apart learns their tracks, but the labels have none. Choose another head, or assign tracks.", labels.FileName);
        }

        if (heads.MultiClassBottomup is { } bottomup)
        {
            bottomup.ClassMaps.Classes = classes;
        }

        if (heads.MultiClassTopdown is { } topdown)
        {
            topdown.ClassVectors.Classes = classes;
        }
    }

    private static IEnumerable<PoseInstance> Trained(LabeledFrame frame) => frame.UserInstances.Any() ? frame.UserInstances : frame.Instances;
}
