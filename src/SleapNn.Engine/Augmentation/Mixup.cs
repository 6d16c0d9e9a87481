using SleapNn.Configuration;
using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Augmentation;

/// <summary>Blends each image of a batch with another of it; the targets stay those of the first. As kornia's RandomMixUpV2 does.</summary>
public static class Mixup
{
    /// <summary>Blends a batch at random.</summary>
    /// <param name="images">(batch, channels, height, width), float.</param>
    /// <param name="config">How strongly, and how often.</param>
    /// <param name="random">Where the random numbers come from.</param>
    /// <returns>The images; the same tensor where none was blended.</returns>
    public static Tensor Apply(Tensor images, GeometricConfig config, SeededRandom random)
    {
        var count = (int)images.shape[0];
        var partners = random.Permutation(count);
        var strengths = new float[count];
        for (var i = 0; i < count; i++)
        {
            var mixes = random.Chance(config.MixupP);
            var strength = random.Uniform(config.MixupLambdaMin, config.MixupLambdaMax);
            strengths[i] = mixes ? (float)strength : 0;
        }

        if (strengths.All(s => s == 0))
        {
            return images;
        }

        using var scope = NewDisposeScope();
        var strengthOf = tensor(strengths, [count, 1, 1, 1], device: images.device);
        var others = images.index_select(0, tensor(Array.ConvertAll(partners, p => (long)p), device: images.device));
        return images.Plus(strengthOf * (others - images)).MoveToOuterDisposeScope();
    }
}
