using OpenCvSharp;
using SleapNn.Configuration;
using SleapNn.LabelFiles;

namespace SleapNn.Tests.Training;

/// <summary>A folder with a few images of bright dots and their labels, small enough to train on in a test.</summary>
internal sealed class TinyDataset : IDisposable
{
    public const int Height = 40;
    public const int Width = 48;

    public TinyDataset(int frames = 6, int animals = 1)
    {
        SleapNn.Runtime.NativeLibraries.EnsureLoaded();
        Folder = Directory.CreateTempSubdirectory("sleapnn-training-").FullName;
        LabelsPath = Path.Combine(Folder, "labels.slp");
        var skeleton = new Skeleton { Name = "dots" };
        skeleton.Nodes.AddRange(["A", "B"]);
        skeleton.Edges.Add(new SkeletonEdge(0, 1));
        var video = new SleapVideo { FrameCount = frames, HeightPx = Height, WidthPx = Width, Channels = 1 };
        var labels = new SleapLabels();
        labels.Skeletons.Add(skeleton);
        labels.Videos.Add(video);
        labels.Tracks.AddRange(Enumerable.Range(0, animals).Select(i => new Track { Name = $"animal{i}" }));
        for (var i = 0; i < frames; i++)
        {
            var path = Path.Combine(Folder, $"frame{i:d3}.png");
            video.ImageFileNames.Add(path);
            using var image = new Mat(Height, Width, MatType.CV_8UC1, Scalar.All(20));
            var frame = new LabeledFrame(video, i);
            for (var animal = 0; animal < animals; animal++)
            {
                var (x, y) = (8 + (i * 3 % 20), 9 + (animal * 18) + (i % 4));
                Cv2.Circle(image, x, y, 2, Scalar.All(250), -1);
                Cv2.Circle(image, x + 12, y + 4, 2, Scalar.All(150), -1);
                frame.Instances.Add(new PoseInstance(skeleton, [new PosePoint(x, y), new PosePoint(x + 12, y + 4)]) { Track = labels.Tracks[animal] });
            }

            labels.Frames.Add(frame);
            Cv2.ImWrite(path, image);
        }

        video.FileName = video.ImageFileNames[0];
        LabelsFile.Save(labels, LabelsPath);
    }

    public string Folder { get; }

    public string LabelsPath { get; }

    public SleapConfig Config(int epochs = 2, int steps = 3)
    {
        var config = new SleapConfig();
        config.DataConfig.TrainLabelsPath = [LabelsPath];
        config.DataConfig.ValidationFraction = 0.34;
        config.ModelConfig.BackboneConfig.Unet = new UNetConfig { InChannels = 1, Filters = 4, FiltersRate = 1.5, MaxStride = 4, OutputStride = 2 };
        config.ModelConfig.HeadConfigs.SingleInstance = new SingleInstanceConfig();
        config.ModelConfig.HeadConfigs.SingleInstance.Confmaps.Sigma = 1.5;
        config.ModelConfig.HeadConfigs.SingleInstance.Confmaps.OutputStride = 2;
        var trainer = config.TrainerConfig;
        (trainer.TrainDataLoader.BatchSize, trainer.TrainDataLoader.Shuffle) = (2, true);
        (trainer.MaxEpochs, trainer.MinTrainStepsPerEpoch, trainer.TrainStepsPerEpoch) = (epochs, 1, steps);
        (trainer.Seed, trainer.SaveCkpt, trainer.TrainerAccelerator) = (1, true, "cpu");
        trainer.Optimizer.Lr = 0.003;
        return config;
    }

    public TrainingRequest Request(SleapConfig config, string name = "run") =>
        new() { Config = config, OutputPath = Path.Combine(Folder, name) };

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
