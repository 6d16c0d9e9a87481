using System.Text.Json.Nodes;

namespace SleapNn.LabelFiles;

/// <summary>Divides labels into parts for training, validation and test.</summary>
public static class LabelsDivision
{
    /// <summary>
    /// Divides frames at random; the same seed always gives the same parts. Frames keep their order within a part.
    /// Suggestions and negative anchors go with the training part.
    /// </summary>
    /// <param name="labels">The labels; they stay as they are, and the parts share their frames.</param>
    /// <param name="validation">The fraction of frames for validation, 0 to below 1.</param>
    /// <param name="test">The fraction of frames for test, 0 to below 1.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="userFramesOnly">Whether frames without an instance that a person placed (or that is marked as negative) are left out.</param>
    /// <returns>The parts. Each part that was asked for has a frame, as long as there are enough.</returns>
    /// <exception cref="LabelsException">
    /// There are too few frames (LabelsTooFewFrames), or the labels carry content that points at frames by position
    /// (LabelsPositionalContent).
    /// </exception>
    public static LabelsSplit Split(SleapLabels labels, double validation = 0.1, double test = 0, int seed = 42, bool userFramesOnly = false)
    {
        if (!(validation >= 0) || !(test >= 0) || !(validation + test < 1))
        {
            throw new LabelsException("LabelsSplitFraction", $"The fractions for validation ({validation}) and test ({test}) must not be negative, and leave something to train on.", labels);
        }

        PositionalContent.RequireNone(labels, "split");
        var frames = labels.Frames.Where(frame => !userFramesOnly || frame.IsNegative || frame.UserInstances.Any()).ToList();
        var parts = 1 + (validation > 0 ? 1 : 0) + (test > 0 ? 1 : 0);
        if (frames.Count < parts)
        {
            throw new LabelsException("LabelsTooFewFrames", $"The labels have {frames.Count} frames to split, but {parts} parts need one each.", labels);
        }

        var testCount = Count(test, frames.Count, frames.Count - (parts - 1));
        var validationCount = Count(validation, frames.Count, frames.Count - testCount - 1);
        var order = Shuffled(frames.Count, seed);
        SleapLabels Part(string name, int start, int count)
        {
            var part = Like(labels, name, seed);
            part.Frames.AddRange(order.Skip(start).Take(count).Order().Select(i => frames[i]));
            return part;
        }

        var train = Part("train", validationCount + testCount, frames.Count - validationCount - testCount);
        train.Suggestions.AddRange(labels.Suggestions);
        train.NegativeAnchors = (JsonObject)labels.NegativeAnchors.DeepClone();
        return new LabelsSplit(train, Part("validation", 0, validationCount), Part("test", validationCount, testCount), seed);
    }

    private static int Count(double fraction, int frames, int most) =>
        fraction > 0 ? Math.Clamp((int)Math.Round(fraction * frames, MidpointRounding.AwayFromZero), 1, most) : 0;

    private static SleapLabels Like(SleapLabels labels, string name, int seed)
    {
        var part = new SleapLabels { FileName = labels.FileName, FormatId = labels.FormatId, Provenance = (JsonObject)labels.Provenance.DeepClone() };
        part.Metadata = (JsonObject)labels.Metadata.DeepClone();
        part.Videos.AddRange(labels.Videos);
        part.Skeletons.AddRange(labels.Skeletons);
        part.Tracks.AddRange(labels.Tracks);
        part.Provenance["split"] = name;
        part.Provenance["split_seed"] = seed;
        return part;
    }

    // SplitMix64 and Fisher-Yates: the order must not change with the version of .NET.
    private static int[] Shuffled(int count, int seed)
    {
        var order = Enumerable.Range(0, count).ToArray();
        var state = unchecked((ulong)seed);
        for (var i = count - 1; i > 0; i--)
        {
            var z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            var k = (int)(z % (ulong)(i + 1));
            (order[i], order[k]) = (order[k], order[i]);
        }

        return order;
    }
}
