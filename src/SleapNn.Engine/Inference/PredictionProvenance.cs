using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SleapNn.Models;
using SleapNn.Tracking;

namespace SleapNn.Inference;

/// <summary>
/// What is written down about a prediction: in the labels, with the keys and forms of sleap-nn (<c>inference/provenance.py</c>) so
/// that its readers find them, and in the journal, to tell whether a run may be continued.
/// </summary>
internal static class PredictionProvenance
{
    /// <summary>The provenance of the labels.</summary>
    public static JsonObject Of(
        Predictor predictor, IReadOnlyList<string> modelPaths, PredictionSource source, PredictionOptions options, TrackingOptions? tracking, DateTime start)
    {
        var end = DateTime.Now;
        var provenance = new JsonObject
        {
            ["inference_start_timestamp"] = Timestamp(start),
            ["inference_end_timestamp"] = Timestamp(end),
            ["inference_runtime_seconds"] = Math.Round((end - start).TotalSeconds, 6),
            ["software"] = $"SleapNn {typeof(SleapLabels).Assembly.GetName().Version?.ToString(3)}",
            ["model_paths"] = new JsonArray([.. modelPaths.Select(model => (JsonNode)Posix(model))]),
            ["model_type"] = predictor.Pipeline.Kind,
            ["source_file"] = Path.Exists(source.Name) ? Posix(source.Name) : source.Name,
            ["frame_selection"] = WithoutNulls(new JsonObject
            {
                ["method"] = source.Choice.FrameRange is not null ? "range" : source.Choice.Selection.ToString().ToLowerInvariant(),
                ["frames"] = source.Choice.FrameRange,
                ["video_index"] = source.Choice.VideoIndex,
                ["frames_processed"] = source.FrameCount,
                ["frames_total"] = source.Targets.All(target => target.Video.FrameCount is not null) ? source.Targets.Sum(target => target.Video.FrameCount) : null,
            }),
            ["inference_config"] = Config(predictor.Pipeline.Kind, options),
            ["device"] = predictor.Device.ToString(),
            ["system_info"] = new JsonObject
            {
                ["platform"] = RuntimeInformation.OSDescription,
                ["dotnet_version"] = Environment.Version.ToString(),
            },
        };
        if (tracking is not null)
        {
            provenance["tracking_config"] = LabelsTracking.ToJson(tracking);
        }

        if (source.Labels is { } labels)
        {
            if (labels.Provenance.Count > 0)
            {
                provenance["input_provenance"] = labels.Provenance.DeepClone();
            }

            if (labels.FileName is { } file)
            {
                provenance["source_labels"] = Posix(file);
            }
        }

        return provenance;
    }

    /// <summary>What must be the same for a run to be continued: models, frames and options. Speed (batch size, device) may differ.</summary>
    public static JsonObject Identity(Predictor predictor, IReadOnlyList<string> modelPaths, PredictionSource source, PredictionOptions options, TrackingOptions? tracking)
    {
        var config = Config(predictor.Pipeline.Kind, options);
        config.Remove("batch_size");
        return new JsonObject
        {
            ["models"] = new JsonArray([.. modelPaths.Select(path => (JsonNode)Fingerprint(ModelFolder.WeightsOf(path)))]),
            ["source"] = new JsonArray([.. source.Targets.Select(target => (JsonNode)new JsonObject
            {
                ["video"] = Posix(target.Video.FileName),
                ["dataset"] = target.Video.Dataset,
                ["file"] = File.Exists(target.Video.FileName) ? $"{new FileInfo(target.Video.FileName).Length} {File.GetLastWriteTimeUtc(target.Video.FileName):O}" : "",
                ["frames"] = $"{target.Frames.Count} {Hash(MemoryMarshal.AsBytes<int>(target.Frames.ToArray()))}",
            })]),
            ["options"] = config,
            ["tracking"] = tracking is null ? null : LabelsTracking.ToJson(tracking),
        };
    }

    /// <summary>Says in words where two identities differ.</summary>
    /// <returns>Short phrases; none where they are the same.</returns>
    public static IEnumerable<string> Differences(JsonObject earlier, JsonObject now)
    {
        if (!JsonNode.DeepEquals(earlier["models"], now["models"]))
        {
            yield return "other models";
        }

        if (!JsonNode.DeepEquals(earlier["source"], now["source"]))
        {
            yield return "another source or other frames";
        }

        foreach (var part in new[] { "options", "tracking" })
        {
            if (JsonNode.DeepEquals(earlier[part], now[part]))
            {
                continue;
            }

            var (before, after) = (earlier[part] as JsonObject ?? [], now[part] as JsonObject ?? []);
            foreach (var name in before.Select(pair => pair.Key).Union(after.Select(pair => pair.Key)).Where(name => !JsonNode.DeepEquals(before[name], after[name])))
            {
                yield return $"{name} {before[name]?.ToJsonString() ?? "not given"} instead of {after[name]?.ToJsonString() ?? "not given"}";
            }
        }
    }

    private static JsonObject Config(string kind, PredictionOptions options)
    {
        var config = new JsonObject
        {
            ["batch_size"] = options.BatchSize,
            ["peak_threshold"] = options.Peaks.Threshold,
            ["centroid_peak_threshold"] = options.CentroidThreshold,
            ["integral_refinement"] = options.Peaks.Refinement == PeakRefinement.Integral ? "integral" : null,
            ["integral_patch_size"] = options.Peaks.Refinement == PeakRefinement.Integral ? options.Peaks.IntegralPatchSize : null,
            ["max_instances"] = options.MaxInstances,
            ["ensure_rgb"] = options.EnsureRgb,
            ["ensure_grayscale"] = options.EnsureGrayscale,
            ["max_height"] = options.MaxHeightPx,
            ["max_width"] = options.MaxWidthPx,
            ["input_scale"] = options.InputScale,
            ["crop_size"] = options.CropSizePx,
            ["precision"] = options.Precision == PredictionPrecision.Float32 ? null : options.Precision.ToString().ToLowerInvariant(),
        };
        if (kind == "bottomup")
        {
            config["max_edge_length_ratio"] = options.Grouping.MaxEdgeLengthRatio;
            config["dist_penalty_weight"] = options.Grouping.DistancePenaltyWeight;
            config["n_points"] = options.Grouping.LinePointCount;
            config["min_instance_peaks"] = options.Grouping.MinInstancePeaks;
            config["min_line_scores"] = options.Grouping.MinLineScore;
        }

        var filters = options.Filters;
        config["filter_min_visible_nodes"] = filters.MinVisibleNodes == 0 ? null : filters.MinVisibleNodes;
        config["filter_min_visible_node_fraction"] = OrNull(filters.MinVisibleNodeFraction);
        config["filter_min_instance_score"] = OrNull(filters.MinInstanceScore);
        config["filter_min_mean_node_score"] = OrNull(filters.MinMeanNodeScore);
        config["filter_overlapping_threshold"] = filters.MaxOverlap;
        config["filter_overlapping_method"] = filters.MaxOverlap is null ? null : filters.OverlapMethod.ToString().ToLowerInvariant();
        config["filter_min_centroid_distance"] = OrNull(filters.MinCentroidDistancePx);
        return WithoutNulls(config);
    }

    private static double? OrNull(double value) => value == 0 ? null : value;

    private static JsonObject WithoutNulls(JsonObject json)
    {
        foreach (var name in json.Where(pair => pair.Value is null).Select(pair => pair.Key).ToArray())
        {
            json.Remove(name);
        }

        return json;
    }

    private static string Fingerprint(string path)
    {
        using var stream = SharedFile.OpenRead(path);
        return $"{Path.GetFileName(path)} {Convert.ToHexString(SHA256.HashData(stream))}";
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes)[..8]);

    private static string Timestamp(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    private static string Posix(string path) => Path.GetFullPath(path).Replace('\\', '/');
}
