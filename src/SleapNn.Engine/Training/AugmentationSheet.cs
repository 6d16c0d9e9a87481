using System.Globalization;
using SleapNn.Augmentation;
using SleapNn.Configuration;
using SleapNn.Media;
using SleapNn.Preprocessing;
using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Training;

/// <summary>
/// Draws what training makes of labelled frames: a row a sample, first as it is without augmentation, then as it is varied.
/// Images are those that the model sees (resized, cropped, padded), and column k is what a run with the same seed sees in
/// its pass k over the data, but for mixup, whose partners are here the samples of the sheet.
/// </summary>
public static class AugmentationSheet
{
    private const double CellPx = 240;
    private const int MostLetters = 32;

    /// <summary>Draws a sheet.</summary>
    /// <param name="config">The configuration, as one would train it.</param>
    /// <param name="basePath">The folder that relative paths start from.</param>
    /// <param name="samples">How many samples, spread over those that are trained on; fewer where there are not so many.</param>
    /// <param name="count">How many varied examples of each.</param>
    /// <param name="seed">The seed; null takes that of the configuration, or 0 where it has none.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>The picture; the caller disposes it.</returns>
    /// <exception cref="TrainingException">The configuration does not augment (AugmentationOff), or is one that cannot be trained.</exception>
    /// <exception cref="SleapException">Labels or videos have a fault.</exception>
    public static Picture Draw(SleapConfig config, string basePath, int samples, int count, int? seed = null, CancellationToken token = default)
    {
        Runtime.NativeLibraries.EnsureLoaded();
        return DrawLoaded(config, basePath, samples, count, seed ?? config.TrainerConfig.Seed ?? 0, token);
    }

    // On its own, since torch's type initializer may run as soon as a method that names torch is entered.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static Picture DrawLoaded(SleapConfig config, string basePath, int samples, int count, int seed, CancellationToken token)
    {
        if (config.DataConfig is not { UseAugmentationsTrain: true, AugmentationConfig: { } augmentation })
        {
            throw new TrainingException(
                "AugmentationOff",
                "The configuration does not vary the training images. Set data_config.use_augmentations_train to true, and what to do in data_config.augmentation_config.");
        }

        Trainer.RequireConsistent(config);
        using var scope = NewDisposeScope();
        var data = TrainingData.Load(config, basePath, seed, splitPath: null, _ => { });
        var preprocessing = config.DataConfig.Preprocessing;
        using var frames = new FrameCache(preprocessing.EnsureRgb ? 3 : preprocessing.EnsureGrayscale ? 1 : null, budgetBytes: 256 << 20);
        var options = SampleOptions.Of(TrainingPreparation.FillIn(config, data, frames.SizeOf), data.Skeleton);
        var varied = new SampleSource(data.Split.Train, frames, options, augmentation, seed);
        var plain = new SampleSource(data.Split.Train, frames, options, augmentation: null, seed);
        var rows = Math.Min(samples, varied.Count);
        var indices = Enumerable.Range(0, rows).Select(i => (int)((long)i * varied.Count / rows)).ToArray();
        var skeleton = options.Kind == ModelKind.Centroid ? new Skeleton { Name = "centroid", Nodes = { "centroid" } } : data.Skeleton;

        var cells = new Picture[rows, count + 1];
        var captions = new string[rows, count + 1];
        try
        {
            for (var column = 0; column <= count; column++)
            {
                token.ThrowIfCancellationRequested();
                using var batch = Batch.Make(column == 0 ? plain : varied, indices, Math.Max(0, column - 1));
                var images = column > 0 && augmentation.Geometric is { MixupP: > 0 } mixup ? Mixed(batch.Images, mixup, seed, column - 1) : batch.Images;
                for (var row = 0; row < rows; row++)
                {
                    cells[row, column] = Cell(images[row], batch.Points[row], skeleton);
                    captions[row, column] = column == 0 ? Short(batch.Names[row]) : column.ToString(CultureInfo.InvariantCulture);
                }
            }

            return Picture.Sheet([.. cells.Cast<Picture>()], count + 1, [.. captions.Cast<string>()]);
        }
        finally
        {
            foreach (var cell in cells)
            {
                cell?.Dispose();
            }
        }
    }

    private static Tensor Mixed(Tensor images, GeometricConfig mixup, int seed, int pass) =>
        Mixup.Apply(ImageOps.Normalize(images), mixup, new SeededRandom(seed, -2, pass)).Times(255).round().to_type(ScalarType.Byte);

    private static Picture Cell(Tensor image, Tensor points, Skeleton skeleton)
    {
        using var scope = NewDisposeScope();
        var (channels, height, width) = ((int)image.shape[0], (int)image.shape[1], (int)image.shape[2]);
        var pixels = TensorValues.Of<byte>(image.permute(1, 2, 0));
        var picture = Picture.Of(new ImageFrame(0, pixels, height, width, channels), Math.Clamp(CellPx / Math.Max(height, width), 0.25, 8));
        var xy = TensorValues.Of<float>(points);
        var nodes = skeleton.Nodes.Count;
        var poses = Enumerable.Range(0, xy.Length / (2 * nodes))
            .Select(i => new PoseInstance(skeleton, [.. Enumerable.Range(i * nodes, nodes).Select(node => new PosePoint(xy[2 * node], xy[(2 * node) + 1]))]))
            .Where(pose => pose.Points.Any(point => point.HasPosition));
        picture.DrawPoses([.. poses], new PoseStyle { Colours = PoseColours.Node });
        return picture;
    }

    // Long names would run into the next column.
    private static string Short(string name) => name.Length <= MostLetters ? name : "..." + name[^(MostLetters - 3)..];
}
