using SleapNn.Configuration;
using SleapNn.Inference;
using SleapNn.Media;
using SleapNn.Runtime;
using static TorchSharp.torch;

namespace SleapNn.Tests.Inference;

public sealed class ModelPipelineTests
{
    public ModelPipelineTests() => NativeLibraries.EnsureLoaded();

    [Fact]
    public void Every_frame_comes_back_in_order_and_no_tensor_stays()
    {
        using var predictor = Predictor.Of(new Blobs(), CPU, new PredictionOptions { BatchSize = 3 });
        using var source = new Gradients(count: 20);
        var video = new SleapVideo { FileName = "gradients" };
        var first = predictor.Predict(video, source, [.. Enumerable.Range(0, 7)]).ToList();
        var before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var frames = predictor.Predict(video, source, [.. Enumerable.Range(0, 20)]).ToList();
        Assert.Equal(Enumerable.Range(0, 20), frames.Select(frame => frame.Frame.FrameIndex));
        Assert.Equal(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Equal(7, first.Count);
    }

    [Fact]
    public void A_frame_that_cannot_be_read_is_named_and_what_came_before_is_kept()
    {
        using var predictor = Predictor.Of(new Blobs(), CPU, new PredictionOptions { BatchSize = 2 });
        using var source = new Gradients(count: 5);
        var seen = new List<int>();
        var error = Assert.Throws<MediaException>(() =>
        {
            foreach (var frame in predictor.Predict(new SleapVideo(), source, [0, 1, 2, 3, 99]))
            {
                seen.Add(frame.Frame.FrameIndex);
            }
        });
        Assert.Contains("99", error.Message);
        Assert.Equal([0, 1, 2, 3], seen);
    }

    [Fact]
    public void Cancelling_ends_the_prediction_and_the_decoder()
    {
        using var predictor = Predictor.Of(new Blobs(), CPU, new PredictionOptions { BatchSize = 1 });
        using var source = new Gradients(count: 1000);
        using var cancel = new CancellationTokenSource();
        var seen = 0;
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (var frame in predictor.Predict(new SleapVideo(), source, source.FrameIndices, null, cancel.Token))
            {
                if (++seen == 3)
                {
                    cancel.Cancel();
                }
            }
        });
        var read = source.ReadCount;
        Thread.Sleep(50);
        Assert.Equal(read, source.ReadCount);
        Assert.True(read < 20, $"{read} frames were read after the stop");
    }

    [Fact]
    public void Stopping_early_stops_the_decoder()
    {
        using var predictor = Predictor.Of(new Blobs(), CPU, new PredictionOptions { BatchSize = 1 });
        using var source = new Gradients(count: 1000);
        Assert.Equal(2, predictor.Predict(new SleapVideo(), source, source.FrameIndices).Take(2).Count());
        var read = source.ReadCount;
        Thread.Sleep(50);
        Assert.Equal(read, source.ReadCount);
    }

    [Theory]
    [InlineData("centroid", "single_instance")]
    [InlineData("single_instance", "single_instance")]
    [InlineData("centroid", "centered_instance", "bottomup")]
    public void Models_that_do_not_go_together_say_which_would(params string[] kinds)
    {
        var models = kinds.Select(kind =>
        {
            var config = new SleapConfig();
            switch (kind)
            {
                case "centroid": config.ModelConfig.HeadConfigs.Centroid = new(); break;
                case "centered_instance": config.ModelConfig.HeadConfigs.CenteredInstance = new(); break;
                case "bottomup": config.ModelConfig.HeadConfigs.Bottomup = new(); break;
                default: config.ModelConfig.HeadConfigs.SingleInstance = new(); break;
            }

            return config;
        }).ToArray();
        var error = Assert.Throws<PredictionException>(() => PipelineBuilder.Create(models, _ => throw new InvalidOperationException("No model is needed."), new PredictionOptions()));
        Assert.Equal("ModelCombination", error.ErrorId);
        Assert.Contains("centroid", error.Message);
    }

    private sealed class Blobs : IPosePipeline
    {
        public string Kind => "test";

        public Skeleton Skeleton { get; } = new() { Nodes = { "A" } };

        public IReadOnlyList<string> Classes => [];

        public Func<IReadOnlyList<DetectedPose>[]> Begin(Tensor frames, IReadOnlyList<IReadOnlyList<PafPeak>>? centroids = null)
        {
            var count = (int)frames.shape[0];
            return () => [.. Enumerable.Range(0, count).Select(_ => (IReadOnlyList<DetectedPose>)[new DetectedPose([new PosePoint(1, 2, Score: 0.5)], 0.5)])];
        }

        public void Dispose()
        {
        }
    }

    private sealed class Gradients(int count) : IFrameSource
    {
        public int ReadCount { get; private set; }

        public string Name => "gradients";

        public IReadOnlyList<int> FrameIndices { get; } = [.. Enumerable.Range(0, count)];

        public int HeightPx => 4;

        public int WidthPx => 5;

        public int Channels => 1;

        public ImageFrame Read(int frameIndex)
        {
            if (frameIndex >= count)
            {
                throw new MediaException("FrameOutOfRange", $"'{Name}' has no frame {frameIndex}.", frameIndex);
            }

            ReadCount++;
            return new ImageFrame(frameIndex, new byte[20], 4, 5, 1);
        }

        public void Dispose()
        {
        }
    }
}
