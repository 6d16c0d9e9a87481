using SleapNn.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>Swin Transformer (Liu et al. 2021, arXiv:2103.14030) with the decoder of the U-Net.</summary>
internal sealed class SwinTBackbone : HierarchicalBackbone
{
    // As sleap-nn builds it: the depth at which blocks are skipped at random in training grows to this probability.
    private const double StochasticDepth = 0.1;

    public SwinTBackbone(SwinTConfig config, TransposedForm upsampling)
        : base(nameof(SwinTBackbone), new SwinTEncoder(config), config, MaxStrideOf(config), upsampling)
    {
    }

    /// <summary>The stride of the coarsest features: the stem's, doubled between stages and once after the last.</summary>
    public static int MaxStrideOf(SwinTConfig config) => config.StemPatchStride << ArchOf(config).Depths.Count;

    /// <summary>Width, depths and attention heads of the named kinds, as in torchvision, or those given.</summary>
    public static (int Embed, IReadOnlyList<int> Depths, IReadOnlyList<int> NumHeads) ArchOf(SwinTConfig config)
    {
        (int Embed, IReadOnlyList<int> Depths, IReadOnlyList<int> NumHeads) arch = config.ModelType switch
        {
            "tiny" => (96, [2, 2, 6, 2], [3, 6, 12, 24]),
            "small" => (96, [2, 2, 18, 2], [3, 6, 12, 24]),
            "base" => (128, [2, 2, 18, 2], [4, 8, 16, 32]),
            _ => config.Arch is { } given
                ? (given.Embed, given.Depths, given.NumHeads)
                : throw ModelResolver.Invalid($"swint.model_type is '{config.ModelType}' but there is no swint.arch"),
        };
        if (arch.Depths.Count == 0 || arch.Depths.Count != arch.NumHeads.Count)
        {
            throw ModelResolver.Invalid("swint.arch needs as many depths as num_heads, and at least one");
        }

        for (var i = 0; i < arch.Depths.Count; i++)
        {
            if ((arch.Embed << i) % arch.NumHeads[i] != 0)
            {
                throw ModelResolver.Invalid($"swint.arch: stage {i} has {arch.Embed << i} channels, which {arch.NumHeads[i]} attention heads cannot share evenly");
            }
        }

        return arch;
    }

    private sealed class SwinTEncoder : StagedEncoder
    {
        private readonly nn.Module<Tensor, Tensor> stem;
        private readonly nn.Module<Tensor, Tensor> stemNorm;
        private readonly (int Before, int After) stemPadding;
        private readonly List<(List<SwinTBlock> Blocks, PatchMerging? Merging)> stages = [];
        private readonly nn.Module<Tensor, Tensor> norm;

        public SwinTEncoder(SwinTConfig config)
            : base(nameof(SwinTEncoder))
        {
            var (embed, depths, heads) = ArchOf(config);
            Channels = [.. Enumerable.Range(0, depths.Count).Select(i => embed << i)];
            stemPadding = StemPadding(config.PatchSize, config.StemPatchStride);
            var features = new ModuleGroup();
            var stemGroup = features.Add(new ModuleGroup());
            stem = stemGroup.Add("0", nn.Conv2d(config.InChannels, embed, config.PatchSize, stride: config.StemPatchStride));
            stemNorm = stemGroup.Add("2", nn.LayerNorm(embed, eps: 1e-5));
            var (number, total) = (0, depths.Sum());
            for (var i = 0; i < depths.Count; i++)
            {
                var blockGroup = features.Add(new ModuleGroup());
                var blocks = new List<SwinTBlock>();
                for (var j = 0; j < depths[i]; j++)
                {
                    var skipProbability = StochasticDepth * number++ / Math.Max(1, total - 1);
                    var shift = j % 2 == 0 ? 0 : config.WindowSize / 2;
                    blocks.Add(blockGroup.Add(new SwinTBlock(Channels[i], heads[i], config.WindowSize, shift, skipProbability)));
                }

                stages.Add((blocks, i + 1 < depths.Count ? features.Add(new PatchMerging(Channels[i])) : null));
            }

            register_module("features", features);
            norm = nn.LayerNorm(Channels[^1], eps: 1e-5);
            register_module("norm", norm);
        }

        public override IReadOnlyList<int> Channels { get; }

        public override List<Tensor> forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var features = new List<Tensor>();
            var current = ActivationMeter.Note(stemNorm.forward(RunStem(stem, input, stemPadding).permute(0, 2, 3, 1)));
            foreach (var (blocks, merging) in stages)
            {
                features.Add(current.permute(0, 3, 1, 2));
                foreach (var block in blocks)
                {
                    current = block.forward(current);
                }

                current = merging?.forward(current) ?? current;
            }

            features.Add(ActivationMeter.Note(norm.forward(current)).permute(0, 3, 1, 2));
            features.ForEach(feature => feature.MoveToOuterDisposeScope());
            return features;
        }
    }

    /// <summary>Joins each 2 x 2 block of positions into one of twice the channels. Tensors are (batch, height, width, channels).</summary>
    private sealed class PatchMerging : NamedModule<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> reduction;
        private readonly nn.Module<Tensor, Tensor> norm;

        public PatchMerging(int channels)
            : base(nameof(PatchMerging))
        {
            reduction = nn.Linear(4 * channels, 2 * channels, hasBias: false);
            norm = nn.LayerNorm(4 * channels, eps: 1e-5);
            register_module("reduction", reduction);
            register_module("norm", norm);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var padded = nn.functional.pad(input, [0, 0, 0, input.shape[2] % 2, 0, input.shape[1] % 2]);
            var even = TensorIndex.Slice(0, null, 2);
            var odd = TensorIndex.Slice(1, null, 2);
            var all = TensorIndex.Colon;
            var joined = cat(
                [padded[all, even, even], padded[all, odd, even], padded[all, even, odd], padded[all, odd, odd]],
                dim: -1);
            return ActivationMeter.Note(reduction.forward(ActivationMeter.Note(norm.forward(ActivationMeter.Note(joined)))).MoveToOuterDisposeScope());
        }
    }
}
