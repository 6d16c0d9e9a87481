using SleapNn.Configuration;
using SleapNn.Training;

namespace SleapNn.Tests.Training.Keys;

/// <summary>The labels of a configuration, made ready as a run does, without a model.</summary>
internal sealed class PreparedData : IDisposable
{
    public PreparedData(SleapConfig config)
    {
        Data = TrainingData.Load(config, ".", 1, null, _ => { });
        var preprocessing = config.DataConfig.Preprocessing;
        Frames = new FrameCache(preprocessing.EnsureRgb ? 3 : preprocessing.EnsureGrayscale ? 1 : null, long.MaxValue);
        Config = TrainingPreparation.FillIn(config, Data, Frames.SizeOf);
        Source = new SampleSource(Data.Split.Train, Frames, SampleOptions.Of(Config, Data.Skeleton), augmentation: null, seed: 1);
        Heads = TrainingHead.Of(Config, Data.Skeleton);
    }

    public TrainingData Data { get; }

    public FrameCache Frames { get; }

    public SleapConfig Config { get; }

    public SampleSource Source { get; }

    public IReadOnlyList<TrainingHead> Heads { get; }

    public Batch First() => Batch.Make(Source, [0], 0);

    public void Dispose() => Frames.Dispose();
}
