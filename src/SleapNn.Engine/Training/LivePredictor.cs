using SleapNn.Configuration;
using SleapNn.Inference;
using SleapNn.Media;
using SleapNn.Models;
using static TorchSharp.torch;

namespace SleapNn.Training;

/// <summary>Predicts with a model that is being trained. The model stays its owner's and must be in evaluation mode.</summary>
internal sealed class LivePredictor
{
    private static readonly PredictionOptions Options = new();

    private readonly Predictor predictor;
    private readonly FrameCache frames;

    public LivePredictor(SleapConfig config, PoseModel model, Device device, FrameCache frames)
    {
        // Neither is disposed of, since that would dispose of the model.
        predictor = Predictor.Of(PipelineBuilder.Create([config], _ => new ModelStage(config, model, device, Options), Options), device, Options);
        Network = NetworkView.Of(new ModelStage(config, model, device, Options), Options);
        this.frames = frames;
    }

    /// <summary>The model's maps.</summary>
    public NetworkView Network { get; }

    /// <summary>The frame as it is in its video.</summary>
    public ImageFrame Read(TrainingFrame frame) => frames.Read(frame.Frame);

    /// <summary>Predicts on a labelled frame; models that work on crops are told where its animals are.</summary>
    public LabeledFrame Predict(TrainingFrame frame, ImageFrame image)
    {
        Func<int, IReadOnlyList<PafPeak>>? centroids = null;
        if (predictor.Pipeline.NeedsCentroids)
        {
            var labels = new SleapLabels();
            labels.Frames.Add(new LabeledFrame(frame.Frame.Video, frame.Frame.FrameIndex, frame.Instances));
            centroids = GivenCentroids.Of(labels, frame.Frame.Video, predictor.Pipeline.AnchorPart);
        }

        return predictor.Detect(frame.Frame.Video, image, centroids);
    }

    /// <summary>The skeleton of what is predicted.</summary>
    public Skeleton Skeleton => predictor.Pipeline.Skeleton;
}
