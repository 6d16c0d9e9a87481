using System.Globalization;
using SleapNn.Configuration;
using SleapNn.Models;
using SleapNn.Preprocessing;

namespace SleapNn.Recommendation;

/// <summary>
/// Chooses a configuration by the statistics of the data and the memory of the device. It starts from the rules of sleap-nn's
/// config generator; docs/auto.md says where it departs from them, and why.
/// </summary>
public static class AutoConfig
{
    private const int LeastFilters = 8;
    private const double LeastScale = 0.125;
    private const double LeastPosePx = 40;
    private const double LeastCentroidPx = 16;
    private const double LargestCropPx = 512;
    private const double Aligned = 0.6;
    private const long AssumedBytes = 8L << 30;
    private const long SmallBytes = 256L << 20;

    private static readonly int[] Strides = [8, 16, 32, 64];

    /// <summary>Makes the configurations.</summary>
    /// <param name="start">What is set already; it is not changed.</param>
    /// <param name="data">The statistics of the data.</param>
    /// <param name="device">What to train on.</param>
    /// <param name="given">What is not to be chosen.</param>
    /// <returns>One configuration, or two for a top-down pipeline; each with its <see cref="SleapConfig.Choices"/>.</returns>
    /// <exception cref="ConfigException">There is no such head or backbone.</exception>
    public static IReadOnlyList<SleapConfig> Make(SleapConfig start, DataStatistics data, ComputeDevice device, AutoGiven given)
    {
        var pipeline = given.Head is { } head ? new PipelineChoice([head.ToLowerInvariant()], "given") : PipelineChoice.Of(data);
        return [.. pipeline.Heads.Select(name => Fit(start, data, device, given, name, pipeline.Reason))];
    }

    // The largest model of the first size whose batches fit into the memory.
    private static SleapConfig Fit(SleapConfig start, DataStatistics data, ComputeDevice device, AutoGiven given, string head, string reason)
    {
        var budget = Budget(device);
        var filters = device.Id == "cpu" ? 16 : 32;
        var shrink = 1.0;
        while (true)
        {
            var choices = Choose(start, data, device, given, head, reason, filters, shrink);
            var config = choices.Config;
            var network = Measure(config, data);
            var cap = BatchCap(config, data, device);
            var batch = Enumerable.Range(0, 6).Select(power => 1 << power).LastOrDefault(size => size <= cap && network.TrainingBytes(size) <= budget);
            var canShrink = given.Preset is null && filters > LeastFilters;
            var canScale = given.Scale is null && config.DataConfig.Preprocessing.Scale / 2 >= LeastScale;
            if (batch == 0 && given.BatchSize is null && (canShrink || canScale))
            {
                (filters, shrink) = canShrink ? (filters / 2, shrink) : (filters, shrink / 2);
                continue;
            }

            SetBatch(choices, given, network, Math.Max(1, batch), cap, budget, device);
            SetCache(choices, data, device);
            return choices.Finish();
        }
    }

    private static ChoiceList Choose(SleapConfig start, DataStatistics data, ComputeDevice device, AutoGiven given, string head, string reason, int filters, double shrink)
    {
        var config = start.DeepCopy();
        var choices = new ChoiceList(config);
        ConfigPresets.SetBackbone(config, given.Preset ?? "unet");
        ConfigPresets.SetHead(config, head);
        choices.Note("model_config.head_configs", head, reason);
        SetRotation(choices, data);
        var isCrop = head is "centered_instance" or "multi_class_topdown";
        var scale = SetScale(choices, data, given, head, isCrop, shrink);
        SetBackbone(choices, data, device, given, head, scale, filters);
        if (isCrop)
        {
            SetCrop(choices, data, given);
        }

        SetHead(choices, data, given, head, scale);
        return choices;
    }

    private static void SetRotation(ChoiceList choices, DataStatistics data)
    {
        if (choices.Config.DataConfig is not { UseAugmentationsTrain: true, AugmentationConfig.Geometric: not null })
        {
            return;
        }

        const string Key = "data_config.augmentation_config.geometric.rotation";
        var (degrees, reason) = data.Alignment switch
        {
            null => (15.0, "too few animals show in which directions they point"),
            < Aligned => (180.0, Text($"animals point in all directions (alignment {data.Alignment:f2} of 1), as seen from above")),
            _ => (15.0, Text($"animals point in much the same direction (alignment {data.Alignment:f2} of 1), as seen from the side")),
        };
        choices.Set($"{Key}_min", -degrees, reason);
        choices.Set($"{Key}_max", degrees, reason);
    }

    private static double SetScale(ChoiceList choices, DataStatistics data, AutoGiven given, string head, bool isCrop, double shrink)
    {
        var side = data.LongerSidePx;
        double scale;
        string reason;
        if (isCrop)
        {
            var isLarge = data.MaxSizePx > LargestCropPx;
            (scale, reason) = isLarge
                ? (0.5, Text($"the largest animal has {data.MaxSizePx:f0} px, more than {LargestCropPx:f0}"))
                : (1, "crops are small enough for full resolution");
        }
        else
        {
            var least = head == "centroid" ? LeastCentroidPx : LeastPosePx;
            (scale, reason) = side > 2048 ? (0.25, $"frames of {side} px are larger than 2048")
                : side > 1024 ? (0.5, $"frames of {side} px are larger than 1024")
                : (1, $"frames of {side} px need no resizing");
            if (head == "centroid" && data.Skeleton.Nodes.Count > 1 && scale > 0.5)
            {
                (scale, reason) = (0.5, "to find where animals are, half the resolution is enough");
            }

            for (var wanted = scale; scale < 1 && data.MeanSizePx * scale < least; scale *= 2)
            {
                reason = Text($"at {wanted} animals of {data.MeanSizePx:f0} px would shrink below {least:f0} px");
            }
        }

        if (shrink < 1 && given.Scale is null)
        {
            (scale, reason) = (scale * shrink, Text($"a batch of one at {scale} does not fit into the memory"));
        }

        choices.Set("data_config.preprocessing.scale", given.Scale, scale, reason);
        return given.Scale ?? scale;
    }

    private static void SetBackbone(ChoiceList choices, DataStatistics data, ComputeDevice device, AutoGiven given, string head, double scale, int filters)
    {
        var config = choices.Config;
        var kind = config.ModelConfig.BackboneConfig.GetActiveName()!;
        var backbone = config.ModelConfig.BackboneConfig.GetActive()!;
        backbone.InChannels = config.DataConfig.Preprocessing.EnsureRgb ? 3 : config.DataConfig.Preprocessing.EnsureGrayscale ? 1 : data.Channels;
        if (given.Preset is not null)
        {
            choices.Note("model_config.backbone_config", given.Preset, "given");
            return;
        }

        choices.Note("model_config.backbone_config", kind, $"a U-Net learns from few labels ({data.InstanceCount} animals) without weights from elsewhere");
        var sizePx = data.LargeSizePx * scale;
        var least = head == "centroid" ? 8 : 16;
        var unet = config.ModelConfig.BackboneConfig.Unet!;
        var seen = Strides.Where(stride => stride >= least).Select(stride => (Stride: stride, FieldPx: FieldAt(stride))).ToList();
        var chosen = seen.Find(one => one.FieldPx >= sizePx) is { Stride: > 0 } enough ? enough : seen[^1];
        var why = chosen.FieldPx >= sizePx
            ? Text($"the network sees {chosen.FieldPx} px at once, and nearly all animals have at most {sizePx:f0} px at this scale")
            : Text($"animals of {sizePx:f0} px at this scale are larger than any U-Net here sees at once ({chosen.FieldPx} px)");
        choices.Set("model_config.backbone_config.unet.max_stride", chosen.Stride, why);

        var first = device.Id == "cpu" ? 16 : 32;
        choices.Set("model_config.backbone_config.unet.filters", filters, filters < first
            ? $"{first} would not leave room for a batch of one in the memory of {device.Id}"
            : device.Id == "cpu" ? "half of what a GPU would get, since a CPU takes much longer for each filter" : "the usual width, which the GPU can train");

        int FieldAt(int stride)
        {
            var copy = (UNetConfig)unet.CopyNode();
            copy.MaxStride = stride;
            return ReceptiveField.Of(copy);
        }
    }

    private static void SetCrop(ChoiceList choices, DataStatistics data, AutoGiven given)
    {
        var config = choices.Config;
        var stride = config.ModelConfig.BackboneConfig.GetActive()!.MaxStride;
        var sizePx = CropSize.For(data.MaxSizePx, config.DataConfig, stride);
        choices.Set("data_config.preprocessing.crop_size", given.CropSizePx, sizePx, Text($"the largest animal has {data.MaxSizePx:f0} px, and stays inside however augmentation turns and scales it; a multiple of {stride}"));
    }

    private static void SetHead(ChoiceList choices, DataStatistics data, AutoGiven given, string head, double scale)
    {
        var config = choices.Config;
        var key = $"model_config.head_configs.{head}";
        var sizePx = data.LargeSizePx * scale;
        var isFine = data.MeanSizePx * scale < 50 && head != "centroid";
        var stride = given.OutputStride ?? (isFine ? 1 : 2);
        choices.Set($"{key}.confmaps.output_stride", given.OutputStride, stride, isFine
            ? Text($"animals of {data.MeanSizePx * scale:f0} px are small, so that maps need all pixels")
            : "maps of half the resolution are refined to fractions of a pixel, for a quarter of the memory");
        config.ModelConfig.BackboneConfig.GetActive()!.OutputStride = stride;

        var (sigma, why) = SigmaFor(head, sizePx);
        choices.Set($"{key}.confmaps.sigma", given.Sigma, sigma, why);
        if (head == "bottomup")
        {
            choices.Set($"{key}.pafs.output_stride", stride * 2, "fields along edges are smooth: half the resolution of the maps is enough");
        }
        else if (head == "multi_class_bottomup")
        {
            choices.Set($"{key}.class_maps.output_stride", stride, "as the maps");
        }
        else if (head == "multi_class_topdown")
        {
            config.ModelConfig.HeadConfigs.MultiClassTopdown!.ClassVectors.OutputStride = config.ModelConfig.BackboneConfig.GetActive()!.MaxStride;
        }

        if (head is "centroid" or "centered_instance" or "multi_class_topdown")
        {
            choices.Set($"{key}.confmaps.anchor_part", given.AnchorPart ?? data.CentralNode, given.AnchorPart is not null
                ? "given"
                : data.CentralNode is null ? "no node is both nearly always visible and near the middle: the middle of the visible points is taken" : "the node nearest to the middle of those that are nearly always visible");
        }
    }

    private static (double Sigma, string Reason) SigmaFor(string head, double sizePx) => head switch
    {
        "bottomup" or "multi_class_bottomup" => (2.5, "narrow peaks keep the points of neighbours apart"),
        "centered_instance" or "multi_class_topdown" when sizePx < 150 => (2.5, Text($"narrow peaks for animals of at most {sizePx:f0} px at this scale")),
        "centered_instance" or "multi_class_topdown" => (5, Text($"wider peaks for animals of up to {sizePx:f0} px at this scale")),
        _ when sizePx < 50 => (2.5, Text($"narrow peaks for animals of at most {sizePx:f0} px at this scale")),
        "centroid" => (5, "a place to crop at need not be exact"),
        _ when sizePx < 150 => (5, Text($"the usual spread for animals of up to {sizePx:f0} px at this scale")),
        _ => (7.5, Text($"wider peaks, which are easier to learn, for animals of up to {sizePx:f0} px at this scale")),
    };

    private static void SetBatch(ChoiceList choices, AutoGiven given, NetworkMeasure network, int batch, int cap, long budget, ComputeDevice device)
    {
        var size = given.BatchSize ?? batch;
        var needed = Gib(network.TrainingBytes(size));
        var reason = network.TrainingBytes(batch) > budget
            ? $"even one sample takes {needed}, more than the {Gib(budget)} that may be used of {Name(device)}: use smaller images or another device"
            : batch == cap
                ? $"takes about {needed} of the {Gib(budget)} that may be used of {Name(device)}; larger ones are not needed"
                : $"takes about {needed}; twice as many would exceed the {Gib(budget)} that may be used of {Name(device)}";
        choices.Set("trainer_config.train_data_loader.batch_size", given.BatchSize, batch, reason);
        ConfigPath.Set(choices.Config, "trainer_config.val_data_loader.batch_size", size);
    }

    // Frames that are small in all are kept by themselves, see FrameCache.
    private static void SetCache(ChoiceList choices, DataStatistics data, ComputeDevice device)
    {
        var memory = device.Id == "cpu" ? device.MemoryBytes ?? AssumedBytes : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (data.FrameBytes <= SmallBytes)
        {
            choices.Set("data_config.data_pipeline_fw", "torch_dataset", $"all {data.FrameCount} frames, decoded, take {Gib(data.FrameBytes)}: so little is kept in memory anyway");
            return;
        }

        var fits = data.FrameBytes <= memory / 4;
        choices.Set(
            "data_config.data_pipeline_fw",
            fits ? "torch_dataset_cache_img_memory" : "torch_dataset",
            $"all {data.FrameCount} frames, decoded, take {Gib(data.FrameBytes)}, {(fits ? "less" : "more")} than a quarter of the memory ({Gib(memory)})");
    }

    private static int BatchCap(SleapConfig config, DataStatistics data, ComputeDevice device)
    {
        var (height, width) = InputOf(config, data);
        var pixels = (long)height * width;
        var cap = device.Id == "cpu" ? 4 : pixels > 2_000_000 ? 2 : pixels > 1_000_000 ? 4 : pixels <= 160 * 160 ? 16 : 8;
        var samples = config.DataConfig.Preprocessing.CropHw is null ? data.FrameCount : data.InstanceCount;
        while (cap > 1 && cap > samples)
        {
            cap /= 2;
        }

        return cap;
    }

    private static NetworkMeasure Measure(SleapConfig config, DataStatistics data)
    {
        using var model = PoseModel.Create(config.ModelConfig, data.Skeleton, data.TrackNames, seed: 0, InputOf(config, data));
        return NetworkMeasure.Of(model, config.TrainerConfig, InputOf(config, data));
    }

    private static (int HeightPx, int WidthPx) InputOf(SleapConfig config, DataStatistics data)
    {
        var preprocessing = config.DataConfig.Preprocessing;
        var stride = config.ModelConfig.BackboneConfig.GetActive()!.MaxStride;
        var (height, width) = preprocessing.CropHw is { Count: 2 } crop ? (crop[0], crop[1]) : (data.HeightPx, data.WidthPx);
        return (Padded(height), Padded(width));

        int Padded(int length) => ModelInput.PaddedTo(Math.Max(1, (int)(length * preprocessing.Scale)), stride);
    }

    // A GPU is for training; the processor's memory is for everything else too.
    private static long Budget(ComputeDevice device)
    {
        var memory = device.FreeMemoryBytes ?? device.MemoryBytes ?? AssumedBytes;
        return (long)(memory * (device.Id == "cpu" ? 0.5 : 0.8));
    }

    private static string Name(ComputeDevice device) => device.MemoryBytes is null ? $"{device.Id}, whose memory is not known," : device.Id;

    private static string Gib(long bytes) => bytes >= 1L << 30 ? Text($"{bytes / (double)(1L << 30):f1} GiB") : Text($"{bytes / (double)(1 << 20):f0} MiB");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
