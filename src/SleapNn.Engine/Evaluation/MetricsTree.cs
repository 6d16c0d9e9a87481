namespace SleapNn.Evaluation;

/// <summary>The nested dictionaries of a metrics file.</summary>
internal static class MetricsTree
{
    /// <summary>The dictionaries for a result, with sleap-nn's keys.</summary>
    public static Dictionary<string, object?> Of(EvaluationResult result)
    {
        var matches = result.Matches;
        var distances = new Dictionary<string, object?>
        {
            ["frame_idxs"] = matches.Select(m => (object)m.FrameIndex).ToList(),
            ["video_paths"] = matches.Select(m => (object)m.Video.FileName).ToList(),
            ["dists"] = result.MatchedBy == MatchMethod.Centroid ? Array([.. matches.Select(m => m.DistancesPx[0])]) : Rows(matches.Select(m => m.DistancesPx), result.Nodes.Count),
            ["avg"] = result.Distances.MeanPx,
        };
        AddPercentiles(distances, result.Distances);
        if (result is not { OksVoc: { } oks, PckVoc: { } pckVoc, Pck: { } pck, Visibility: { } visibility })
        {
            var detection = new Dictionary<string, object?>
            {
                ["precision"] = result.Detection.Precision,
                ["recall"] = result.Detection.Recall,
                ["f1"] = result.Detection.F1,
                ["n_tp"] = result.Detection.Matched,
                ["n_fp"] = result.Detection.Invented,
                ["n_fn"] = result.Detection.Missed,
                ["avg"] = result.Distances.MeanPx,
            };
            AddPercentiles(detection, result.Distances);
            return new() { ["detection_metrics"] = detection, ["distance_metrics"] = distances };
        }

        var voc = new Dictionary<string, object?>();
        AddVoc(voc, "oks_voc", oks);
        AddVoc(voc, "pck_voc", pckVoc);
        return new()
        {
            ["voc_metrics"] = voc,
            ["mOKS"] = new Dictionary<string, object?> { ["mOKS"] = result.MeanOks },
            ["distance_metrics"] = distances,
            ["pck_metrics"] = new Dictionary<string, object?>
            {
                ["thresholds"] = Array(pck.ThresholdsPx),
                ["pcks"] = new NumpyArray(
                    [matches.Count, result.Nodes.Count, pck.ThresholdsPx.Count],
                    [.. matches.SelectMany(m => m.DistancesPx.SelectMany(d => pck.ThresholdsPx.Select(t => d < t ? 1.0 : 0)))]) { IsBoolean = true },
                ["mPCK_parts"] = Array(pck.PckByNode),
                ["mPCK"] = pck.MeanPck,
                ["PCK@5"] = pck.PckAt5Px,
                ["PCK@10"] = pck.PckAt10Px,
            },
            ["visibility_metrics"] = new Dictionary<string, object?>
            {
                ["tp"] = visibility.TruePositives,
                ["fp"] = visibility.FalsePositives,
                ["tn"] = visibility.TrueNegatives,
                ["fn"] = visibility.FalseNegatives,
                ["precision"] = visibility.Precision,
                ["recall"] = visibility.Recall,
            },
        };
    }

    /// <summary>The metrics in the dictionaries of a file.</summary>
    /// <exception cref="InvalidDataException">Something is missing or of another kind.</exception>
    public static SavedMetrics Read(Dictionary<string, object?> tree, string path)
    {
        var distances = Statistics.Distances(Numbers(Section(tree, "distance_metrics"), "dists"));
        if (tree.ContainsKey("detection_metrics"))
        {
            var detection = Section(tree, "detection_metrics");
            return new SavedMetrics
            {
                Path = path,
                Distances = distances,
                Detection = new DetectionMetrics(Whole(detection, "n_tp"), Whole(detection, "n_fn"), Whole(detection, "n_fp")),
            };
        }

        var voc = Section(tree, "voc_metrics");
        var visibility = Section(tree, "visibility_metrics");
        return new SavedMetrics
        {
            Path = path,
            MeanOks = Number(Section(tree, "mOKS"), "mOKS"),
            OksVoc = ReadVoc(voc, "oks_voc"),
            PckVoc = ReadVoc(voc, "pck_voc"),
            Distances = distances,
            Pck = ReadPck(Section(tree, "pck_metrics")),
            Visibility = new VisibilityMetrics(Whole(visibility, "tp"), Whole(visibility, "fp"), Whole(visibility, "tn"), Whole(visibility, "fn")),
        };
    }

    private static VocMetrics ReadVoc(Dictionary<string, object?> voc, string name)
    {
        // Without any match sleap-nn writes a zero in the place of each array.
        if (voc.GetValueOrDefault($"{name}.precisions") is not NumpyArray { Shape: [var rows, var columns] } precisions)
        {
            return Metrics.Voc([], [], 0);
        }

        return new VocMetrics(
            Numbers(voc, $"{name}.match_score_thresholds"),
            Numbers(voc, $"{name}.recall_thresholds"),
            Numbers(voc, $"{name}.match_scores"),
            [.. Enumerable.Range(0, rows).Select(row => precisions.Values[(row * columns)..((row + 1) * columns)])],
            Numbers(voc, $"{name}.recalls"));
    }

    private static PckMetrics ReadPck(Dictionary<string, object?> pck)
    {
        var thresholds = Numbers(pck, "thresholds");
        var points = Numbers(pck, "pcks");
        var count = points.Length / Math.Max(thresholds.Length, 1);
        return new PckMetrics(
            thresholds,
            count == 0 ? [] : [.. thresholds.Select((_, t) => Enumerable.Range(0, count).Sum(i => points[(i * thresholds.Length) + t]) / count)],
            Numbers(pck, "mPCK_parts"));
    }

    private static void AddPercentiles(Dictionary<string, object?> to, DistanceMetrics distances)
    {
        to["p50"] = distances.P50Px;
        to["p75"] = distances.P75Px;
        to["p90"] = distances.P90Px;
        to["p95"] = distances.P95Px;
        to["p99"] = distances.P99Px;
    }

    private static void AddVoc(Dictionary<string, object?> to, string name, VocMetrics voc)
    {
        to[$"{name}.match_score_thresholds"] = Array(voc.MatchScoreThresholds);
        to[$"{name}.recall_thresholds"] = Array(voc.RecallThresholds);
        to[$"{name}.match_scores"] = Array(voc.MatchScores);
        to[$"{name}.precisions"] = Rows(voc.Precisions, voc.RecallThresholds.Count);
        to[$"{name}.recalls"] = Array(voc.Recalls);
        to[$"{name}.AP"] = Array(voc.AveragePrecisions);
        to[$"{name}.AR"] = Array(voc.Recalls);
        to[$"{name}.mAP"] = voc.MeanAveragePrecision;
        to[$"{name}.mAR"] = voc.MeanAverageRecall;
    }

    private static NumpyArray Array(IReadOnlyList<double> values) => new([values.Count], [.. values]);

    private static NumpyArray Rows(IEnumerable<IReadOnlyList<double>> rows, int columns)
    {
        var values = rows.SelectMany(row => row).ToArray();
        return new NumpyArray([columns == 0 ? 0 : values.Length / columns, columns], values);
    }

    private static Dictionary<string, object?> Section(Dictionary<string, object?> tree, string name) =>
        tree.GetValueOrDefault(name) as Dictionary<string, object?> ?? throw new InvalidDataException($"it has no '{name}'");

    private static double[] Numbers(Dictionary<string, object?> section, string name) =>
        section.GetValueOrDefault(name) is NumpyArray array ? array.Values : throw new InvalidDataException($"it has no array '{name}'");

    private static double Number(Dictionary<string, object?> section, string name) => section.GetValueOrDefault(name) switch
    {
        double number => number,
        long number => number,
        _ => throw new InvalidDataException($"it has no number '{name}'"),
    };

    private static int Whole(Dictionary<string, object?> section, string name) => Number(section, name) is >= 0 and <= int.MaxValue and var number
        ? (int)number
        : throw new InvalidDataException($"its '{name}' is no count");
}
