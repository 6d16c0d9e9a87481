using System.Globalization;
using SleapNn.Configuration;

namespace SleapNn.Training;

/// <summary>What a run does with its labels that its owner may not have meant.</summary>
internal static class DataWarnings
{
    /// <summary>Finds it.</summary>
    /// <param name="config">The prepared configuration.</param>
    /// <param name="data">The labels.</param>
    /// <param name="sizeOf">The height, width and channels of a video's frames.</param>
    /// <returns>A sentence or two for each.</returns>
    public static IEnumerable<string> Of(SleapConfig config, TrainingData data, Func<SleapVideo, (int HeightPx, int WidthPx, int Channels)> sizeOf)
    {
        var heads = config.ModelConfig.HeadConfigs;
        var classes = heads.MultiClassBottomup?.ClassMaps.Classes ?? heads.MultiClassTopdown?.ClassVectors.Classes;
        return [.. classes is null ? [] : OfClasses(classes, data), .. OfFlips(config, data.Skeleton), .. OfSplit(config, data.Split), .. OfCrops(config, data, sizeOf)];
    }

    private static IEnumerable<string> OfClasses(List<string> classes, TrainingData data)
    {
        var empty = classes.Except(data.Split.Train.SelectMany(frame => frame.Instances).Select(animal => animal.Track?.Name ?? "")).ToList();
        if (empty.Count > 0)
        {
            yield return $"No animal to train on is of the class{(empty.Count > 1 ? "es" : "")} {string.Join(", ", empty)}: the model will not find {(empty.Count > 1 ? "them" : "it")}. Assign the tracks in SLEAP, or leave the name out of the head's classes.";
        }

        foreach (var (part, frames, effect) in new[]
        {
            ("train on", data.Split.Train, "the model learns where they are, but not who they are"),
            ("validate with", data.Split.Val, "the validation loss does not tell whether they are told apart"),
        })
        {
            var animals = frames.SelectMany(frame => frame.Instances).ToList();
            var without = animals.Count(animal => !classes.Contains(animal.Track?.Name!));
            if (without > 0)
            {
                yield return $"{without} of the {animals.Count} animals to {part} have no track, or one that is not among the classes: {effect}.";
            }
        }
    }

    private static IEnumerable<string> OfFlips(SleapConfig config, Skeleton skeleton)
    {
        if (config.DataConfig is { UseAugmentationsTrain: true, AugmentationConfig.Geometric.FlipP: > 0 }
            && skeleton is { Symmetries.Count: 0, Nodes.Count: > 1 } && config.ModelConfig.HeadConfigs.Centroid is null)
        {
            yield return "flip_p mirrors images, but the skeleton has no symmetries: where it has left and right parts, the model learns to mix them up. Add symmetries in SLEAP, or set flip_p to 0.";
        }
    }

    private static IEnumerable<string> OfSplit(SleapConfig config, DataSplit split)
    {
        var trained = split.Train.Select(frame => (frame.ImagePath, frame.Frame.FrameIndex)).ToHashSet();
        var both = split.Val.Count(frame => trained.Contains((frame.ImagePath, frame.Frame.FrameIndex)));
        if (both > 0 && !config.DataConfig.UseSameDataForVal)
        {
            yield return $"{both} of the {split.Val.Count} frames to validate with {(both == 1 ? "is" : "are")} trained on as well, so the validation loss tells less about new frames. Name each labels file once, and others in val_labels_path, or set use_same_data_for_val to true if that is meant.";
        }
    }

    private static IEnumerable<string> OfCrops(SleapConfig config, TrainingData data, Func<SleapVideo, (int HeightPx, int WidthPx, int Channels)> sizeOf)
    {
        var preprocessing = config.DataConfig.Preprocessing;
        if (ModelKinds.Of(config.ModelConfig.HeadConfigs).UsesCrops() && preprocessing.CropHw is { } crop
            && TrainingPreparation.LargestPx(data, preprocessing, sizeOf) is var largestPx && largestPx > crop.Min())
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"The largest animal spans {largestPx:f0} pixels, more than a crop of {crop[0]} x {crop[1]}: its outer parts are not learned. Set crop_size to null, so that it is taken from the labels.");
        }
    }
}
