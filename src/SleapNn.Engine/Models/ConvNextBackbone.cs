using SleapNn.Configuration;
using SleapNn.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>ConvNeXt (Liu et al. 2022, arXiv:2201.03545) with the decoder of the U-Net.</summary>
internal sealed class ConvNextBackbone : HierarchicalBackbone
{
    public ConvNextBackbone(ConvNextConfig config, TransposedForm upsampling)
        : base(nameof(ConvNextBackbone), new ConvNextEncoder(config), config, MaxStrideOf(config), upsampling)
    {
    }

    /// <summary>The stride of the coarsest features: the stem's, doubled between stages and once after the last.</summary>
    public static int MaxStrideOf(ConvNextConfig config) => config.StemPatchStride << ArchOf(config).Depths.Count;

    /// <summary>Depths and channels of the named kinds, as in torchvision, or those given.</summary>
    public static (IReadOnlyList<int> Depths, IReadOnlyList<int> Channels) ArchOf(ConvNextConfig config)
    {
        (IReadOnlyList<int> Depths, IReadOnlyList<int> Channels) arch = config.ModelType switch
        {
            "tiny" => ([3, 3, 9, 3], [96, 192, 384, 768]),
            "small" => ([3, 3, 27, 3], [96, 192, 384, 768]),
            "base" => ([3, 3, 27, 3], [128, 256, 512, 1024]),
            "large" => ([3, 3, 27, 3], [192, 384, 768, 1536]),
            _ => config.Arch is { } given
                ? (given.Depths, given.Channels)
                : throw ModelResolver.Invalid($"convnext.model_type is '{config.ModelType}' but there is no convnext.arch"),
        };
        return arch.Depths.Count > 0 && arch.Depths.Count == arch.Channels.Count
            ? arch
            : throw ModelResolver.Invalid("convnext.arch needs as many depths as channels, and at least one");
    }

    private sealed class ConvNextEncoder : StagedEncoder
    {
        private readonly nn.Module<Tensor, Tensor> stem;
        private readonly ChannelNorm stemNorm;
        private readonly (int Before, int After) stemPadding;
        private readonly List<Stage> stages = [];

        public ConvNextEncoder(ConvNextConfig config)
            : base(nameof(ConvNextEncoder))
        {
            var (depths, channels) = ArchOf(config);
            Channels = channels;
            stemPadding = StemPadding(config.StemPatchKernel, config.StemPatchStride);
            var features = new ModuleGroup();
            var stemGroup = features.Add(new ModuleGroup());
            stem = stemGroup.Add("0", nn.Conv2d(config.InChannels, channels[0], config.StemPatchKernel, stride: config.StemPatchStride));
            stemNorm = stemGroup.Add("1", new ChannelNorm(channels[0]));
            for (var i = 0; i < depths.Count; i++)
            {
                var blockGroup = features.Add(new ModuleGroup());
                var stage = new Stage { Blocks = [.. Enumerable.Range(0, depths[i]).Select(_ => blockGroup.Add(new ConvNextBlock(channels[i])))] };
                if (i + 1 < depths.Count)
                {
                    var downGroup = features.Add(new ModuleGroup());
                    stage.DownNorm = downGroup.Add("0", new ChannelNorm(channels[i]));
                    stage.Down = downGroup.Add("1", nn.Conv2d(channels[i], channels[i + 1], 2, stride: 2));
                }

                stages.Add(stage);
            }

            register_module("features", features);
        }

        public override IReadOnlyList<int> Channels { get; }

        public override List<Tensor> forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var features = new List<Tensor>();
            var current = stemNorm.forward(RunStem(stem, input, stemPadding));
            foreach (var stage in stages)
            {
                features.Add(current);
                foreach (var block in stage.Blocks)
                {
                    current = block.forward(current);
                }

                if (stage.Down is not null)
                {
                    current = Layers.Convolve(stage.Down, stage.DownNorm!.forward(current));
                }
            }

            features.Add(current);
            features.ForEach(feature => feature.MoveToOuterDisposeScope());
            return features;
        }

        private sealed class Stage
        {
            public required List<ConvNextBlock> Blocks { get; init; }

            public ChannelNorm? DownNorm { get; set; }

            public nn.Module<Tensor, Tensor>? Down { get; set; }
        }
    }

    /// <summary>Layer normalisation over the channels of (batch, channels, height, width).</summary>
    private sealed class ChannelNorm : NamedModule<Tensor, Tensor>
    {
        private readonly long channels;

        public ChannelNorm(int channels)
            : base(nameof(ChannelNorm))
        {
            this.channels = channels;
            register_parameter("weight", new Parameter(ones(channels)));
            register_parameter("bias", new Parameter(zeros(channels)));
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return ActivationMeter.Note(nn.functional.layer_norm(input.permute(0, 2, 3, 1), [channels], get_parameter("weight"), get_parameter("bias"), 1e-6)
                .permute(0, 3, 1, 2).MoveToOuterDisposeScope());
        }
    }

    /// <summary>Depthwise convolution, normalisation, and two linear layers, added to the input with a scale per channel.</summary>
    private sealed class ConvNextBlock : NamedModule<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> depthwise;
        private readonly nn.Module<Tensor, Tensor> norm;
        private readonly nn.Module<Tensor, Tensor> expand;
        private readonly nn.Module<Tensor, Tensor> contract;

        public ConvNextBlock(int channels)
            : base(nameof(ConvNextBlock))
        {
            var block = new ModuleGroup();
            depthwise = block.Add("0", nn.Conv2d(channels, channels, 7, padding: 3, groups: channels));
            norm = block.Add("2", nn.LayerNorm(channels, eps: 1e-6));
            expand = block.Add("3", nn.Linear(channels, 4 * channels));
            contract = block.Add("5", nn.Linear(4 * channels, channels));
            register_parameter("layer_scale", new Parameter(Numbers.Filled([channels, 1, 1], 1e-6, float32)));
            register_module("block", block);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var hidden = ActivationMeter.Note(norm.forward(Layers.Convolve(depthwise, input).permute(0, 2, 3, 1)));
            var expanded = ActivationMeter.Note(expand.forward(hidden));
            var change = ActivationMeter.Note(contract.forward(ActivationMeter.Note(nn.functional.gelu(expanded)))).permute(0, 3, 1, 2);
            var scaled = ActivationMeter.Note(get_parameter("layer_scale")! * change, isKept: false);
            return ActivationMeter.Note(scaled.Plus(input).MoveToOuterDisposeScope());
        }
    }
}
