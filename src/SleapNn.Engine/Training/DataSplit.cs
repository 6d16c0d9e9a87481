using System.Text.Json;
using SleapNn.Augmentation;

namespace SleapNn.Training;

/// <summary>Which frames are trained on and which are validated with.</summary>
/// <param name="Train">The frames to train on.</param>
/// <param name="Val">The frames to validate with.</param>
public sealed record DataSplit(IReadOnlyList<TrainingFrame> Train, IReadOnlyList<TrainingFrame> Val)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>
    /// Splits the frames of each file at random. As in sleap-nn the training part is rounded down, both parts have at
    /// least one frame, and a file of a single frame gives it to both.
    /// </summary>
    /// <param name="files">The frames of each labels file.</param>
    /// <param name="validationFraction">The part to validate with.</param>
    /// <param name="seed">The run's seed.</param>
    /// <returns>The split, each part in the order of the labels.</returns>
    public static DataSplit Random(IReadOnlyList<IReadOnlyList<TrainingFrame>> files, double validationFraction, long seed)
    {
        var (train, val) = (new List<TrainingFrame>(), new List<TrainingFrame>());
        for (var file = 0; file < files.Count; file++)
        {
            var frames = files[file];
            if (frames.Count == 1)
            {
                train.Add(frames[0]);
                val.Add(frames[0]);
                continue;
            }

            // The small term keeps 10 x (1 - 0.1) from becoming 8 by the rounding of binary fractions.
            var trainCount = Math.Clamp((int)((frames.Count * (1 - validationFraction)) + 1e-9), 1, Math.Max(frames.Count - 1, 1));
            var chosen = new SeededRandom(seed, file).Permutation(frames.Count).Take(trainCount).ToHashSet();
            for (var i = 0; i < frames.Count; i++)
            {
                (chosen.Contains(i) ? train : val).Add(frames[i]);
            }
        }

        return new DataSplit(train, val);
    }

    /// <summary>The split as text, so that a run that is resumed uses the same.</summary>
    /// <returns>JSON: for each part the file, video and frame of every frame.</returns>
    public string ToJson() => JsonSerializer.Serialize(
        new Dictionary<string, int[][]>
        {
            ["train"] = [.. Train.Select(Key)],
            ["val"] = [.. Val.Select(Key)],
        },
        Indented);

    /// <summary>Finds the frames of a split that was written before.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    /// <param name="train">The frames of each file to train on.</param>
    /// <param name="val">The frames of each file to validate with; the same where they were split.</param>
    /// <param name="source">The file of the split, for messages.</param>
    /// <returns>The split.</returns>
    /// <exception cref="TrainingException">The split is damaged, or names frames that are not in the labels (TrainingSplitMismatch).</exception>
    public static DataSplit FromJson(
        string json, IReadOnlyList<IReadOnlyList<TrainingFrame>> train, IReadOnlyList<IReadOnlyList<TrainingFrame>> val, string source)
    {
        try
        {
            var parts = JsonSerializer.Deserialize<Dictionary<string, int[][]>>(json)!;
            return new DataSplit(Find("train", train), Find("val", val));

            List<TrainingFrame> Find(string part, IReadOnlyList<IReadOnlyList<TrainingFrame>> files)
            {
                var known = files.SelectMany(f => f).DistinctBy(f => (f.FileIndex, f.VideoIndex, f.Frame.FrameIndex))
                    .ToDictionary(f => (f.FileIndex, f.VideoIndex, f.Frame.FrameIndex));
                return [.. parts[part].Select(key => known[(key[0], key[1], key[2])])];
            }
        }
        catch (JsonException e)
        {
            throw new TrainingException(
                "TrainingSplitMismatch",
                $"The split into training and validation frames in '{source}' is damaged: {e.Message} Delete it: the seed draws the same split again of the labels that the run began with.",
                source,
                e);
        }
        catch (Exception e) when (e is KeyNotFoundException or IndexOutOfRangeException or NullReferenceException or ArgumentNullException)
        {
            throw new TrainingException(
                "TrainingSplitMismatch",
                $"The split into training and validation frames in '{source}' does not belong to these labels. Resume with the labels that the run began with; or delete the file, and the frames are split anew.",
                source,
                e);
        }
    }

    private static int[] Key(TrainingFrame frame) => [frame.FileIndex, frame.VideoIndex, frame.Frame.FrameIndex];
}
