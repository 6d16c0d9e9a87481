using SleapNn.Augmentation;
using SleapNn.Configuration;
using SleapNn.Media;
using SleapNn.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Tests.Training;

/// <summary>Whole samples, as training gets them: a dot drawn where a node is stays under the node, whatever is drawn at random.</summary>
public sealed class SampleBiasTests : TorchTest
{
    private const int Frames = 12;
    private const int Passes = 25;
    private const int Side = 96;

    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-bias-").FullName;

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(ModelKind.Bottomup, "none")]
    [InlineData(ModelKind.Bottomup, "rotation")]
    [InlineData(ModelKind.Bottomup, "scale")]
    [InlineData(ModelKind.Bottomup, "translate")]
    [InlineData(ModelKind.Bottomup, "flip")]
    [InlineData(ModelKind.Bottomup, "all")]
    [InlineData(ModelKind.CenteredInstance, "none")]
    [InlineData(ModelKind.CenteredInstance, "rotation")]
    [InlineData(ModelKind.CenteredInstance, "scale")]
    [InlineData(ModelKind.CenteredInstance, "translate")]
    [InlineData(ModelKind.CenteredInstance, "flip")]
    [InlineData(ModelKind.CenteredInstance, "all")]
    [InlineData(ModelKind.MultiClassTopdown, "all")]
    public void A_dot_stays_under_its_node(ModelKind kind, string transform)
    {
        var offsets = Offsets(kind, transform);
        Assert.InRange(Math.Abs(offsets.Average(o => o.X)), 0, 0.05);
        Assert.InRange(Math.Abs(offsets.Average(o => o.Y)), 0, 0.05);
        Assert.InRange(offsets.Max(o => Math.Max(Math.Abs(o.X), Math.Abs(o.Y))), 0, 0.5);
    }

    [Theory]
    [InlineData(12, 40)]
    [InlineData(40, 12)]
    [InlineData(30, 30)]
    public void A_crop_that_is_turned_is_as_full_as_one_that_is_not(int height, int width)
    {
        var skeleton = new Skeleton { Name = "dots", Nodes = { "anchor", "dot" } };
        var labelled = Labelled(skeleton);
        foreach (var path in labelled[0].Frame.Video.ImageFileNames)
        {
            File.WriteAllBytes(path, Picture.Encode(new ImageFrame(0, [.. Enumerable.Repeat((byte)200, Side * Side)], Side, Side, 1)));
        }

        using var frames = new FrameCache(channels: null, budgetBytes: 1 << 24);
        var options = Options(ModelKind.CenteredInstance, skeleton) with { CropHeightPx = height, CropWidthPx = width };
        foreach (var degrees in new double[] { 30, 45, 90, 180 })
        {
            var turned = new AugmentationConfig { Geometric = new GeometricConfig { RotationP = 1, RotationMin = degrees, RotationMax = degrees } };
            var source = new SampleSource(labelled, frames, options, turned, seed: 5);
            for (var i = 0; i < source.Count; i++)
            {
                // Within two pixels of its corners it may fade out: diagonals are rounded down.
                var pixels = source.Get(i, 0).Image[0, 0].data<byte>().ToArray();
                Assert.InRange(pixels.Count(value => value < 200), 0, 16);
            }
        }
    }

    [Fact]
    public void Augmentation_is_the_same_whatever_the_number_of_workers()
    {
        var skeleton = new Skeleton { Name = "dots", Nodes = { "anchor", "dot" }, Symmetries = { new SkeletonEdge(0, 1) } };
        var augmentation = new AugmentationConfig
        {
            Intensity = new IntensityConfig { UniformNoiseP = 0.5, UniformNoiseMax = 0.1, GaussianNoiseP = 0.5, GaussianNoiseStd = 0.05, ContrastP = 0.5, BrightnessP = 0.5, BrightnessMax = 1.5 },
            Geometric = new GeometricConfig { RotationP = 0.5, ScaleP = 0.5, TranslateP = 0.5, TranslateWidth = 0.1, FlipP = 0.5, EraseP = 0.5 },
        };
        foreach (var kind in new[] { ModelKind.Bottomup, ModelKind.CenteredInstance })
        {
            var made = new[] { 0, 1, 5 }.Select(workers =>
            {
                // Each with frames of its own: no cache that another has filled.
                using var frames = new FrameCache(channels: null, budgetBytes: 1 << 24);
                var loader = new BatchLoader(new SampleSource(Labelled(skeleton), frames, Options(kind, skeleton), augmentation, seed: 3), 5, shuffle: true, workers, seed: 3);
                return loader.Take(0, 7, CancellationToken.None).Select(batch =>
                {
                    using (batch)
                    {
                        return (Pixels: Convert.ToHexString(batch.Images.data<byte>().ToArray()), Points: batch.Points.data<float>().ToArray(), Names: string.Join(';', batch.Names));
                    }
                }).ToList();
            }).ToList();
            Assert.Equal(7, made[0].Select(batch => batch.Pixels).Distinct().Count());
            Assert.Equal(made[0], made[1], Same);
            Assert.Equal(made[0], made[2], Same);
        }

        static bool Same((string Pixels, float[] Points, string Names) one, (string Pixels, float[] Points, string Names) other) =>
            one.Pixels == other.Pixels && one.Names == other.Names && one.Points.AsSpan().SequenceEqual(other.Points);
    }

    private static SampleOptions Options(ModelKind kind, Skeleton skeleton) =>
        new() { Kind = kind, MaxHeightPx = Side, MaxWidthPx = Side, MaxStride = 1, CropHeightPx = 48, CropWidthPx = 48, AnchorNode = 0, Skeleton = skeleton };

    private List<(double X, double Y)> Offsets(ModelKind kind, string transform)
    {
        var geometric = new GeometricConfig { RotationMin = -180, RotationMax = 180, ScaleMin = 0.9, ScaleMax = 1.2, TranslateWidth = 0.05, TranslateHeight = 0.05 };
        switch (transform)
        {
            case "rotation": geometric.RotationP = 1; break;
            case "scale": geometric.ScaleP = 1; break;
            case "translate": geometric.TranslateP = 1; break;
            case "flip": geometric.FlipP = 1; break;
            case "all": (geometric.AffineP, geometric.FlipP) = (1, 0.5); break;
        }

        var skeleton = new Skeleton { Name = "dots", Nodes = { "anchor", "dot" } };
        using var frames = new FrameCache(channels: null, budgetBytes: 1 << 24);
        var source = new SampleSource(
            Labelled(skeleton),
            frames,
            Options(kind, skeleton),
            new AugmentationConfig { Geometric = geometric },
            seed: 5);
        var offsets = new List<(double X, double Y)>();
        for (var pass = 0; pass < Passes; pass++)
        {
            for (var i = 0; i < source.Count; i++)
            {
                using var scope = NewDisposeScope();
                var sample = source.Get(i, pass);
                var (x, y) = CentreOfMass(sample.Image);
                offsets.Add((x - sample.Points[2], y - sample.Points[3]));
            }
        }

        return offsets;
    }

    // One animal a frame: the dot at one node only, so that the centre of all that is bright is its place.
    private List<TrainingFrame> Labelled(Skeleton skeleton)
    {
        var video = new SleapVideo { FrameCount = Frames, HeightPx = Side, WidthPx = Side, Channels = 1 };
        var labelled = new List<TrainingFrame>();
        for (var i = 0; i < Frames; i++)
        {
            var random = new SeededRandom(11, i);
            var (anchorX, anchorY) = (random.Uniform(42, 53), random.Uniform(42, 53));
            var (x, y) = (anchorX + random.Uniform(-5, 5), anchorY + random.Uniform(-5, 5));
            var path = Path.Combine(folder, $"frame{i:d2}.png");
            video.ImageFileNames.Add(path);
            File.WriteAllBytes(path, Picture.Encode(Dot(x, y)));
            var frame = new LabeledFrame(video, i);
            frame.Instances.Add(new PoseInstance(skeleton, [new PosePoint(anchorX, anchorY), new PosePoint(x, y)]));
            labelled.Add(new TrainingFrame(0, 0, frame, [.. frame.Instances]));
        }

        video.FileName = video.ImageFileNames[0];
        return labelled;
    }

    private static ImageFrame Dot(double x, double y)
    {
        var pixels = new byte[Side * Side];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (dx, dy) = ((i % Side) - x, (i / Side) - y);
            pixels[i] = (byte)Math.Round(255 * Math.Exp(-((dx * dx) + (dy * dy)) / 8));
        }

        return new ImageFrame(0, pixels, Side, Side, 1);
    }

    private static (double X, double Y) CentreOfMass(Tensor image)
    {
        var mass = image[0, 0].to_type(ScalarType.Float64);
        var total = mass.sum();
        var x = (mass * arange(mass.shape[1], ScalarType.Float64).unsqueeze(0)).sum() / total;
        var y = (mass * arange(mass.shape[0], ScalarType.Float64).unsqueeze(1)).sum() / total;
        return (x.item<double>(), y.item<double>());
    }
}
