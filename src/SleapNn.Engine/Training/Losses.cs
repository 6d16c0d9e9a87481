using SleapNn.Configuration;
using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Training;

/// <summary>How far predictions are from targets. Results are scalars that can be differentiated.</summary>
public static class Losses
{
    /// <summary>The mean squared error over all elements.</summary>
    /// <param name="predicted">(batch, channels, height, width).</param>
    /// <param name="target">The same shape.</param>
    /// <returns>A scalar.</returns>
    public static Tensor MeanSquaredError(Tensor predicted, Tensor target)
    {
        RequireSameShape(predicted, target);
        return nn.functional.mse_loss(predicted, target);
    }

    /// <summary>
    /// Online hard keypoint mining: the sum over the hardest channels of their squared errors, times
    /// <c>loss_scale</c>, over the number of their elements. A channel is hard whose error is at least
    /// <c>hard_to_easy_ratio</c> times the least; at least <c>min_hard_keypoints</c> and at most
    /// <c>max_hard_keypoints</c> channels count. It is added to the mean squared error.
    /// </summary>
    /// <param name="predicted">(batch, channels, height, width).</param>
    /// <param name="target">The same shape.</param>
    /// <param name="mining">The options.</param>
    /// <returns>A scalar.</returns>
    public static Tensor HardKeypoints(Tensor predicted, Tensor target, HardKeypointMiningConfig mining)
    {
        RequireSameShape(predicted, target);
        using var scope = NewDisposeScope();
        var errors = (predicted - target).Squared().sum([0, 2, 3]);
        var hard = (int)(errors.detach() / errors.detach().min()).IsAtLeast(mining.HardToEasyRatio).sum().item<long>();
        var channels = (int)errors.shape[0];
        var limit = mining.MaxHardKeypoints is { } max ? Math.Min(max, channels) : channels;
        var count = Math.Min(Math.Max(hard, mining.MinHardKeypoints), limit);
        if (count == 0)
        {
            return errors.sum().Times(0).MoveToOuterDisposeScope();
        }

        var elements = predicted.shape[0] * predicted.shape[2] * predicted.shape[3] * count;
        var (hardest, _) = errors.topk(count, sorted: false);
        return hardest.sum().Times(mining.LossScale / elements).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Cross entropy as sleap-nn computes it for class vectors: PyTorch's cross entropy, which takes logits, is given
    /// the head's softmax output. Weights depend on it, so it is kept.
    /// </summary>
    /// <param name="predicted">(batch, classes).</param>
    /// <param name="target">(batch, classes), one-hot; zeros for no class.</param>
    /// <returns>A scalar.</returns>
    public static Tensor CrossEntropy(Tensor predicted, Tensor target)
    {
        RequireSameShape(predicted, target);
        using var scope = NewDisposeScope();
        return (-(nn.functional.log_softmax(predicted, 1) * target).sum()).Over(predicted.shape[0]).MoveToOuterDisposeScope();
    }

    /// <summary>The mean squared error of each channel, for the log.</summary>
    /// <param name="predicted">(batch, channels, height, width).</param>
    /// <param name="target">The same shape.</param>
    /// <returns>(channels), without gradient.</returns>
    public static Tensor PerChannel(Tensor predicted, Tensor target)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return (predicted.detach() - target).Squared().mean([0L, 2L, 3L]).MoveToOuterDisposeScope();
    }

    private static void RequireSameShape(Tensor predicted, Tensor target)
    {
        if (!predicted.shape.SequenceEqual(target.shape))
        {
            throw new TrainingException(
                "TrainingShapeMismatch",
                $"The model predicts ({string.Join(", ", predicted.shape)}) where the targets are ({string.Join(", ", target.shape)}). Check the output strides of heads and backbone, and the part names, edges and classes.");
        }
    }
}
