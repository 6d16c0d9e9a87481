using System.Globalization;
using System.Text.Json.Nodes;
using SleapNn.Configuration;
using SleapNn.Inference;
using SleapNn.Media;

namespace SleapNn.Training.Watching;

/// <summary>
/// What Weights and Biases lays over a picture by itself, so that its page can show and hide it: a box around each keypoint
/// (<c>viz_boxes</c>) and the node of each pixel (<c>viz_masks</c>), in the forms of its client.
/// </summary>
internal static class WandbPictures
{
    /// <summary>The picture of predictions as sleap-nn names it, from the name of its file; null for the plain one.</summary>
    public static string Label(string name)
    {
        var part = name.StartsWith("validation", StringComparison.Ordinal) ? "val" : "train";
        var rest = name[(part == "val" ? "validation" : "train").Length..].TrimStart('.');
        return $"viz/{part}/{rest switch { "" => "predictions", "pafs_magnitude" => "pafs", _ => rest }}";
    }

    /// <summary>The factor, a whole number, by which small frames are enlarged: their shorter side is to have 512 pixels at least.</summary>
    public static int ZoomOf(ImageFrame image)
    {
        const int least = 512;
        return Math.Max(1, (least + Math.Min(image.HeightPx, image.WidthPx) - 1) / Math.Min(image.HeightPx, image.WidthPx));
    }

    /// <summary>Boxes around keypoints, as parts of the frame.</summary>
    /// <param name="image">The frame.</param>
    /// <param name="instances">The animals.</param>
    /// <param name="nodes">The classes of boxes.</param>
    /// <param name="sizePx">The side of a box in pixels of the frame.</param>
    /// <param name="areLabels">Whether a person placed them.</param>
    public static JsonObject Boxes(ImageFrame image, IReadOnlyList<PoseInstance> instances, IReadOnlyList<string> nodes, double sizePx, bool areLabels)
    {
        var boxes = new JsonArray();
        foreach (var instance in instances)
        {
            for (var node = 0; node < instance.Points.Length; node++)
            {
                var point = instance.Points[node];
                if (!point.HasPosition)
                {
                    continue;
                }

                var name = node < nodes.Count ? nodes[node] : string.Create(CultureInfo.InvariantCulture, $"node_{node}");
                var box = new JsonObject
                {
                    ["position"] = new JsonObject
                    {
                        ["middle"] = new JsonArray((point.X + 0.5) / image.WidthPx, (point.Y + 0.5) / image.HeightPx),
                        ["width"] = sizePx / image.WidthPx,
                        ["height"] = sizePx / image.HeightPx,
                    },
                    ["domain"] = "percent",
                    ["class_id"] = node,
                    ["box_caption"] = areLabels ? $"GT: {name}" : string.Create(CultureInfo.InvariantCulture, $"{name} ({point.Score:f2})"),
                };
                if (!areLabels)
                {
                    box["scores"] = new JsonObject { ["confidence"] = double.IsFinite(point.Score) ? point.Score : 0 };
                }

                boxes.Add(box);
            }
        }

        return new JsonObject { ["box_data"] = boxes, ["class_labels"] = Classes(nodes, first: 0) };
    }

    /// <summary>The node with the largest confidence at each pixel, numbered from 1; 0 where none reaches the threshold.</summary>
    public static ImageFrame Mask(ImageFrame image, NetworkLook look, double threshold)
    {
        var pixels = new byte[image.HeightPx * image.WidthPx];
        var largest = new float[pixels.Length];
        Array.Fill(largest, (float)threshold);
        foreach (var maps in look.Confidence)
        {
            var cells = maps.Rows * maps.Columns;
            for (var y = 0; y < image.HeightPx; y++)
            {
                var row = Nearest(y - maps.TopPx, maps.StridePx, maps.Rows);
                for (var x = 0; row >= 0 && x < image.WidthPx; x++)
                {
                    var column = Nearest(x - maps.LeftPx, maps.StridePx, maps.Columns);
                    if (column < 0)
                    {
                        continue;
                    }

                    for (var node = 0; node * cells < maps.Values.Length && node < byte.MaxValue; node++)
                    {
                        var value = maps.Values[(node * cells) + (row * maps.Columns) + column];
                        if (value >= largest[(y * image.WidthPx) + x])
                        {
                            (largest[(y * image.WidthPx) + x], pixels[(y * image.WidthPx) + x]) = (value, (byte)(node + 1));
                        }
                    }
                }
            }
        }

        return new ImageFrame(image.Index, pixels, image.HeightPx, image.WidthPx, 1);
    }

    // The last cell reaches to the edge of what the map covers; -1 outside of that.
    private static int Nearest(double offsetPx, double stridePx, int count)
    {
        var cell = (int)Math.Floor((offsetPx / stridePx) + 0.5);
        return cell == count ? count - 1 : cell > count ? -1 : cell;
    }

    /// <summary>The names of classes by their numbers.</summary>
    public static JsonObject Classes(IReadOnlyList<string> nodes, int first)
    {
        var labels = new JsonObject();
        if (first > 0)
        {
            labels["0"] = "background";
        }

        for (var node = 0; node < nodes.Count; node++)
        {
            labels[(node + first).ToString(CultureInfo.InvariantCulture)] = nodes[node];
        }

        return labels;
    }

    /// <summary>What the run's configuration tells the page of classes; null where there are none.</summary>
    public static JsonObject? ClassesOfRun(SleapConfig config)
    {
        var wandb = config.TrainerConfig.Wandb;
        if (!wandb.SaveVizImgsWandb || !config.TrainerConfig.VisualizePredsDuringTraining || !(wandb.VizBoxes || wandb.VizMasks))
        {
            return null;
        }

        IReadOnlyList<string> nodes = config.ModelConfig.HeadConfigs.Centroid is { } centroid
            ? [centroid.Confmaps.AnchorPart ?? "centroid"]
            : config.DataConfig.Skeletons?.FirstOrDefault()?.Nodes ?? [];
        var (boxes, masks) = (new JsonObject(), new JsonObject());
        foreach (var part in new[] { "train", "val" })
        {
            if (wandb.VizBoxes)
            {
                Add(boxes, "bounding_box/class_labels", $"viz/{part}/predictions_boxes", "ground_truth", 0);
                Add(boxes, "bounding_box/class_labels", $"viz/{part}/predictions_boxes", "predictions", 0);
            }

            if (wandb.VizMasks)
            {
                Add(masks, "mask/class_labels", $"viz/{part}/predictions_masks", "confidence_maps", 1);
            }
        }

        var all = new JsonObject();
        foreach (var (kind, labels) in new[] { ("bounding_box/class_labels", boxes), ("mask/class_labels", masks) })
        {
            if (labels.Count > 0)
            {
                all[kind] = labels;
            }
        }

        return all;

        void Add(JsonObject to, string kind, string picture, string overlay, int first)
        {
            var key = $"{picture}_wandb_delimeter_{overlay}";
            to[key] = new JsonObject { ["type"] = kind, ["key"] = key, ["value"] = Classes(nodes, first) };
        }
    }
}
