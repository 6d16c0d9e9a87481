using SleapNn.Inference;
using SleapNn.Media;
using TorchSharp;

namespace SleapNn.Tests.Inference;

/// <summary>Batches that go through the models side by side come out in the order of the video.</summary>
public class PredictorTests : TorchTest
{
    private const int Batches = 40;

    [Fact]
    public void Frames_keep_their_order_however_long_a_batch_takes()
    {
        var (begun, threads) = (0, torch.get_num_threads());
        using var predictor = Fake(() => Thread.Sleep(Interlocked.Increment(ref begun) * 37 % 5));

        Assert.Equal(Enumerable.Range(0, 2 * Batches), Predict(predictor).Select(frame => frame.Frame.FrameIndex));
        Assert.Equal(Batches, begun);
        Assert.Equal(threads, torch.get_num_threads());
        var threadsLater = 0;
        var later = new Thread(() => threadsLater = torch.get_num_threads());
        later.Start();
        later.Join();
        Assert.Equal(threads, threadsLater);
    }

    [Theory]
    [InlineData(1, 384 * 384, 4, 16, 1)]
    [InlineData(1000, 384 * 384, 4, 2, 2)]
    [InlineData(1000, 384 * 384, 4, 64, 8)]
    [InlineData(9, 384 * 384, 4, 64, 3)]
    [InlineData(1000, 1024 * 1024, 4, 16, 3)]
    [InlineData(1000, 4096 * 3072, 4, 16, 1)]
    [InlineData(0, 0, 1, 1, 1)]
    public void As_many_batches_are_at_work_as_threads_and_memory_are_there_for(int frames, long pixels, int batchSize, int threads, int expected) =>
        Assert.Equal(expected, Predictor.BatchesAtOnce(frames, pixels, batchSize, threads));

    [Fact]
    public void What_fails_in_a_batch_surfaces_after_the_batches_before_it()
    {
        var begun = 0;
        using var predictor = Fake(() =>
        {
            if (Interlocked.Increment(ref begun) > 10)
            {
                throw new InvalidDataException("the eleventh");
            }
        });
        var seen = new List<int>();

        var error = Assert.Throws<InvalidDataException>(() => seen.AddRange(Predict(predictor).Select(frame => frame.Frame.FrameIndex)));

        Assert.Equal("the eleventh", error.Message);
        Assert.Equal(Enumerable.Range(0, seen.Count), seen);
        Assert.InRange(begun, 11, Batches - 1);
    }

    [Fact]
    public void A_stop_does_not_wait_for_batches_that_have_not_begun()
    {
        using var stop = new CancellationTokenSource();
        var begun = 0;
        using var predictor = Fake(() =>
        {
            if (Interlocked.Increment(ref begun) == 4)
            {
                stop.Cancel();
            }
        });

        Assert.ThrowsAny<OperationCanceledException>(() => Predict(predictor, stop.Token).Count());
        Assert.InRange(begun, 4, Batches / 2);
    }

    [Fact]
    public void Whoever_stops_listening_stops_the_models()
    {
        var begun = 0;
        using var predictor = Fake(() => Interlocked.Increment(ref begun));

        Assert.Equal([0, 1, 2], Predict(predictor).Take(3).Select(frame => frame.Frame.FrameIndex));
        var atEnd = begun;
        Thread.Sleep(50);
        Assert.Equal(atEnd, begun);
        Assert.InRange(begun, 2, Batches - 1);
    }

    private static Predictor Fake(Action onBatch) => Predictor.Of(new FakePipeline(onBatch: onBatch), torch.CPU, new PredictionOptions { BatchSize = 2 });

    private static IEnumerable<PredictedFrame> Predict(Predictor predictor, CancellationToken stop = default) =>
        predictor.Predict(new SleapVideo(), new Frames(), Enumerable.Range(0, 2 * Batches).ToArray(), cancellation: stop);

    private sealed class Frames : IFrameSource
    {
        public string Name => "frames";

        public IReadOnlyList<int> FrameIndices { get; } = [.. Enumerable.Range(0, 2 * Batches)];

        public int HeightPx => 8;

        public int WidthPx => 8;

        public int Channels => 1;

        public ImageFrame Read(int frameIndex) => new(frameIndex, Enumerable.Repeat((byte)frameIndex, 64).ToArray(), 8, 8, 1);

        public void Dispose()
        {
        }
    }
}
