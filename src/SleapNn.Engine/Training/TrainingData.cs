using SleapNn.Configuration;
using SleapNn.LabelFiles;

namespace SleapNn.Training;

/// <summary>The labels of a run, read, checked and split.</summary>
/// <param name="Train">The files to train on.</param>
/// <param name="Val">The files to validate with; the same ones where a part of them was split off.</param>
/// <param name="Split">The frames of both parts.</param>
public sealed record TrainingData(IReadOnlyList<SleapLabels> Train, IReadOnlyList<SleapLabels> Val, DataSplit Split)
{
    /// <summary>The skeleton that all files share.</summary>
    public Skeleton Skeleton => Train[0].Skeleton;

    /// <summary>How many frames a split that was written before leaves out, since they were labelled later.</summary>
    public int UnknownFrames { get; private init; }

    /// <summary>Reads the labels of a configuration.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="basePath">The folder that relative paths start from.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="splitPath">A split that was written before; null draws one.</param>
    /// <param name="report">Told what is being read.</param>
    /// <returns>The data.</returns>
    /// <exception cref="TrainingException">There is nothing to train on, skeletons differ in more than the order of their nodes, part names are unknown, or a single-instance model has frames with several animals.</exception>
    /// <exception cref="LabelsException">A file cannot be read.</exception>
    public static TrainingData Load(SleapConfig config, string basePath, long seed, string? splitPath, Action<string> report)
    {
        var data = config.DataConfig;
        var kind = ModelKinds.Of(config.ModelConfig.HeadConfigs);
        var parts = PartSelection.NamesIn(config.ModelConfig.HeadConfigs);
        if (data.TrainLabelsPath.Count == 0)
        {
            throw new TrainingException("TrainingNoLabels", "The configuration names no labels to train on. Set data_config.train_labels_path, or give -LabelsPath.");
        }

        PartSelection.Check(parts);
        Skeleton? first = null;
        var train = Read(data.TrainLabelsPath);
        var files = FramesOf(train);
        IReadOnlyList<SleapLabels> val = train;
        DataSplit split;
        var unknown = 0;
        if (splitPath is not null && File.Exists(splitPath))
        {
            val = data.ValLabelsPath is { Count: > 0 } paths ? Read(paths) : train;
            var valFiles = ReferenceEquals(val, train) ? files : FramesOf(val);
            split = DataSplit.FromJson(File.ReadAllText(splitPath), files, valFiles, splitPath);
            var known = split.Train.Concat(split.Val).Select(frame => frame.Frame).ToHashSet();
            unknown = files.Concat(valFiles).SelectMany(file => file).Select(frame => frame.Frame).Distinct().Count(frame => !known.Contains(frame));
        }
        else if (data.UseSameDataForVal)
        {
            split = new DataSplit([.. files.SelectMany(f => f)], [.. files.SelectMany(f => f)]);
        }
        else if (data.ValLabelsPath is { Count: > 0 } paths)
        {
            val = Read(paths);
            split = new DataSplit([.. files.SelectMany(f => f)], [.. FramesOf(val).SelectMany(f => f)]);
        }
        else
        {
            split = DataSplit.Random(files, data.ValidationFraction, seed);
        }

        Check(train.Concat(val), split, kind);
        return new TrainingData(train, val, split) { UnknownFrames = unknown };

        List<SleapLabels> Read(IReadOnlyList<string> paths) => [.. paths.Select(path =>
        {
            report($"Reading {Path.GetFileName(path)}");
            var labels = PartSelection.Apply(LabelsFile.Load(Path.GetFullPath(path, Path.GetFullPath(basePath))), parts);
            first ??= labels.Skeleton;
            return PartSelection.InOrder(labels, first.Nodes);
        })];

        List<IReadOnlyList<TrainingFrame>> FramesOf(IReadOnlyList<SleapLabels> labels) =>
            [.. labels.Select((file, i) => TrainingFrame.Of(file, i, data))];
    }

    /// <summary>One of the files with nothing but the frames of a part, to be saved beside the model.</summary>
    /// <param name="labels">The file.</param>
    /// <param name="frames">The frames of a part, of all files.</param>
    /// <param name="fileIndex">The position of the file.</param>
    /// <returns>Labels that share videos, skeletons and tracks with the file.</returns>
    public static SleapLabels Subset(SleapLabels labels, IEnumerable<TrainingFrame> frames, int fileIndex)
    {
        var subset = new SleapLabels { Provenance = (System.Text.Json.Nodes.JsonObject)labels.Provenance.DeepClone() };
        subset.Videos.AddRange(labels.Videos);
        subset.Skeletons.AddRange(labels.Skeletons);
        subset.Tracks.AddRange(labels.Tracks);
        subset.Frames.AddRange(frames.Where(f => f.FileIndex == fileIndex)
            .Select(f => new LabeledFrame(f.Frame.Video, f.Frame.FrameIndex, f.Instances) { IsNegative = f.IsNegative }));
        return subset;
    }

    private static void Check(IEnumerable<SleapLabels> files, DataSplit split, ModelKind kind)
    {
        Skeleton? first = null;
        foreach (var file in files)
        {
            first ??= file.Skeleton;
            if (!file.Skeleton.Nodes.SequenceEqual(first.Nodes))
            {
                throw new TrainingException(
                    "TrainingSkeletonMismatch",
                    $"The skeleton of '{file.FileName}' ({string.Join(", ", file.Skeleton.Nodes)}) is not that of the first labels file ({string.Join(", ", first.Nodes)}). A model learns one skeleton: rename the nodes, list those that all files have in part_names, or leave the file out.",
                    file.FileName);
            }
        }

        var known = new HashSet<Skeleton>();
        foreach (var frame in split.Train.Concat(split.Val))
        {
            foreach (var skeleton in frame.Instances.Select(instance => instance.Skeleton).Where(known.Add))
            {
                if (!skeleton.Nodes.SequenceEqual(first!.Nodes))
                {
                    throw new TrainingException(
                        "TrainingSkeletonMismatch",
                        $"'{frame.Name}' has an animal of the skeleton '{skeleton.Name}' ({string.Join(", ", skeleton.Nodes)}), but the first skeleton of the labels is '{first.Name}' ({string.Join(", ", first.Nodes)}). A model learns one skeleton: {(kind == ModelKind.Centroid ? "" : "list its nodes in part_names, which leaves out animals that have none of them, or ")}delete the animals of the other one.",
                        frame.Frame);
                }
            }
        }

        foreach (var (part, frames) in new[] { ("train on", split.Train), ("validate with", split.Val) })
        {
            if (frames.Count == 0)
            {
                throw new TrainingException(
                    "TrainingNoFrames",
                    $"There is no labelled frame to {part}. Frames count that have an instance placed by a person (or by a model, with data_config.user_instances_only off).");
            }
        }

        if (kind == ModelKind.SingleInstance && split.Train.Concat(split.Val).FirstOrDefault(f => f.Instances.Count > 1) is { } crowded)
        {
            throw new TrainingException(
                "TrainingSeveralInstances",
                $"A single-instance model needs frames with one animal, but '{crowded.Name}' has {crowded.Instances.Count}. Remove the others, or train a centroid and a centered_instance model, or bottomup.",
                crowded.Frame);
        }
    }
}
