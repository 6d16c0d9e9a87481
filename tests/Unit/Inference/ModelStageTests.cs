using SleapNn.Inference;
using SleapNn.Models;
using SleapNn.Runtime;
using SleapNn.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Tests.Inference;

/// <summary>One model of a pipeline on the CPU: batches go through it in parts, side by side.</summary>
public sealed class ModelStageTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sleapnn-stage-");

    public ModelStageTests() => NativeLibraries.EnsureLoaded();

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(1, 64)]
    [InlineData(7, 64)]
    [InlineData(3, 512)]
    public void A_batch_gives_what_its_images_give_one_by_one(int samples, int sizePx)
    {
        using var scope = NewDisposeScope();
        using var stage = Open();
        var threads = get_num_threads();
        var images = randint(0, 255, [samples, 1, sizePx, sizePx], dtype: ScalarType.Byte);
        using var off = no_grad();
        var together = stage.Forward(images);
        Assert.Equal(threads, get_num_threads());
        foreach (var (head, maps) in together)
        {
            Assert.Equal(samples, maps.Samples);
            for (var i = 0; i < samples; i++)
            {
                var alone = stage.Forward(images.narrow(0, i, 1))[head];
                Assert.Equal((1, maps.Channels, maps.Height, maps.Width), (alone.Samples, alone.Channels, alone.Height, alone.Width));
                Assert.All(alone.Values.Zip(maps.Sample(i).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
            }
        }
    }

    [Fact]
    public void What_fails_in_a_part_is_told_as_it_is()
    {
        using var scope = NewDisposeScope();
        using var stage = Open();
        using var off = no_grad();
        var error = Record.Exception(() => stage.Forward(zeros([4, 2, 512, 512], dtype: ScalarType.Byte)));
        Assert.NotNull(error);
        Assert.IsNotType<AggregateException>(error);
    }

    private ModelStage Open() => new(ModelFolder.Load(SmallModels.Write(folder.FullName, "bottomup")), CPU, new PredictionOptions());
}
