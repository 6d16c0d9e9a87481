using System.Globalization;
using SleapNn.Configuration;
using SleapNn.Inference;
using SleapNn.Media;

namespace SleapNn.Training;

/// <summary>
/// Draws what the model makes of a training and a validation frame after every epoch, under sleap-nn's names:
/// <c>viz/train.0000.png</c>, <c>viz/validation.0000.png</c>, for bottom-up models <c>viz/train.pafs_magnitude.0000.png</c>, and for those of identities
/// <c>viz/train.class_maps.0000.png</c>.
/// Its confidence maps lie over the frame; labels are white rings, predictions coloured dots.
/// </summary>
internal sealed class EpochPictures(string folder, SleapConfig config, DataSplit split, LivePredictor predictor, IReadOnlyList<IRunObserver> observers)
{
    /// <summary>The folder of the pictures in that of the run.</summary>
    public const string FolderName = "viz";

    private const double WantedPx = 640;
    private static readonly (byte R, byte G, byte B) LabelColour = (255, 255, 255);

    private string VizFolder => Path.Combine(folder, FolderName);

    /// <summary>Draws the pictures of an epoch.</summary>
    public void Draw(int epoch)
    {
        foreach (var (part, frames) in new[] { ("train", split.Train), ("validation", split.Val) })
        {
            var frame = frames[epoch % frames.Count];
            var image = predictor.Read(frame);
            var predicted = predictor.Predict(frame, image);
            Save(part, epoch, frame, image, predicted, MapOverlay.ConfidenceMaps);
            if (predictor.Network.HasFields)
            {
                Save($"{part}.pafs_magnitude", epoch, frame, image, predicted, MapOverlay.PartAffinityFields);
            }

            if (predictor.Network.HasClassMaps)
            {
                Save($"{part}.class_maps", epoch, frame, image, predicted, MapOverlay.ClassMaps);
            }

            if (observers.Any(observer => observer.WantsPredictions))
            {
                var prediction = new FramePrediction(image, frame.Instances, [.. predicted.Instances], predictor.Network.Look(image, frame.Instances), predictor.Network.Nodes);
                foreach (var observer in observers)
                {
                    observer.Predicted(part, epoch, prediction);
                }
            }
        }
    }

    /// <summary>Deletes the pictures when the run is done, where they are not to be kept.</summary>
    public void EndRun()
    {
        if (!config.TrainerConfig.KeepViz && Directory.Exists(VizFolder))
        {
            FileRemoval.TryFolder(VizFolder);
        }
    }

    private void Save(string name, int epoch, TrainingFrame frame, ImageFrame image, LabeledFrame predicted, MapOverlay overlay)
    {
        var zoom = Math.Clamp(WantedPx / Math.Max(image.HeightPx, image.WidthPx), 0.25, 8);
        var maps = new MapDrawing(predictor.Network, overlay);
        using var picture = Picture.Of(image, zoom);
        maps.Draw(picture, image, frame.Instances);
        foreach (var instance in frame.Instances)
        {
            picture.DrawPlain(instance, LabelColour, radiusPx: 5, lineWidthPx: 1);
        }

        picture.DrawPoses(predicted.Instances);
        using var whole = maps.WithLegend(picture);
        var extension = config.TrainerConfig.VizImgFormat == "jpg" ? ".jpg" : ".png";
        whole.Save(Path.Combine(VizFolder, string.Create(CultureInfo.InvariantCulture, $"{name}.{epoch:d4}{extension}")));
        foreach (var observer in observers)
        {
            observer.PictureDrawn(name, epoch, whole);
        }
    }
}
