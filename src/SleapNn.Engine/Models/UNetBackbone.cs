using SleapNn.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>
/// The U-Net of SLEAP (after Ronneberger et al. 2015, arXiv:1505.04597): an optional stem, an encoder that halves the
/// resolution block by block, a middle, and a decoder that joins the encoder's features on its way back. With several
/// stacks, each one after the first is an hourglass from the output stride to the maximum stride and back (after Newell
/// et al. 2016, arXiv:1603.06937).
/// </summary>
internal sealed class UNetBackbone : Backbone
{
    private readonly List<ConvBlock> stem = [];
    private readonly List<Stack> stacks = [];
    private readonly Stack last;

    public UNetBackbone(UNetConfig config, TransposedForm upsampling)
        : base(nameof(UNetBackbone))
    {
        var stemBlocks = Layers.Log2(config.StemStride ?? 1);
        var stemGroup = new ModuleGroup();
        var channels = config.InChannels;
        for (var i = 0; i < stemBlocks; i++)
        {
            // Kernel size 7 and the pooling between are those of SLEAP; config.KernelSize is for the blocks after the stem.
            stem.Add(stemGroup.Add(new ConvBlock($"stem{i}", channels, Filters(config, i), config.ConvsPerBlock, 7, poolFirst: i > 0)));
            channels = Filters(config, i);
        }

        if (stemBlocks > 0)
        {
            var holder = new ModuleGroup();
            holder.Add("stem_stack", stemGroup);
            register_module("stem", holder);
        }

        var encoders = new ModuleGroup();
        var decoders = new ModuleGroup();
        var middles = new ModuleGroup();
        var stride = 1 << stemBlocks;
        for (var i = 0; i < config.Stacks; i++)
        {
            var first = i == 0;
            var downBlocks = Layers.Log2(config.MaxStride) - Layers.Log2(stride);
            var stack = new Stack(
                config,
                i,
                channels,
                stride,
                first ? downBlocks : Math.Max(1, downBlocks),
                poolFirst: first && stemBlocks > 0,
                stemChannels: first && stemBlocks > 0 ? channels : 0,
                upsampling);
            stacks.Add(stack);
            encoders.Add(stack.Encoder);
            stack.Middle.ForEach(block => middles.Add(block));
            decoders.Add(stack.Decoder);
            (channels, stride) = (stack.Decoder.OutChannels, stack.Decoder.OutStride);
        }

        // The order of parameters in a state dict and in an optimizer's state.
        register_module("encoders", encoders);
        register_module("decoders", decoders);
        register_module("middle_blocks", middles);
        last = stacks[^1];
    }

    public override int MiddleChannels => last.MiddleChannels;

    public override int MiddleStride => last.MiddleStride;

    public override IReadOnlyDictionary<int, int> ChannelsByStride => last.Decoder.ChannelsByStride;

    public override BackboneOutput forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var current = input;
        foreach (var block in stem)
        {
            current = block.forward(current);
        }

        if (stem.Count > 0)
        {
            current = Layers.Halve(current);
        }

        BackboneOutput? output = null;
        foreach (var stack in stacks)
        {
            output = stack.Run(current);
            current = output.Outputs.Count > 0 ? output.Outputs[^1].Features : output.Middle;
        }

        output!.Middle.MoveToOuterDisposeScope();
        foreach (var (_, features) in output.Outputs)
        {
            features.MoveToOuterDisposeScope();
        }

        return output;
    }

    private static int Filters(UNetConfig config, int exponent) => (int)(config.Filters * Math.Pow(config.FiltersRate, exponent));

    /// <summary>One encoder, middle and decoder.</summary>
    private sealed class Stack
    {
        private readonly List<ConvBlock> blocks = [];
        private readonly bool joinInput;

        public Stack(
            UNetConfig config, int index, int inChannels, int inStride, int downBlocks, bool poolFirst, int stemChannels, TransposedForm upsampling)
        {
            joinInput = stemChannels > 0;
            var firstExponent = Layers.Log2(inStride);
            var skips = new List<int>();
            var encoderStack = new ModuleGroup();
            var channels = inChannels;
            var stride = inStride;
            for (var i = 0; i < downBlocks; i++)
            {
                // After a stem even the first block halves, so the network's stride is twice max_stride, as in sleap-nn.
                var pools = i > 0 || poolFirst;
                stride *= pools ? 2 : 1;
                blocks.Add(encoderStack.Add(new ConvBlock(
                    $"stack{index}_enc{i}", channels, Filters(config, firstExponent + i), config.ConvsPerBlock, config.KernelSize, pools)));
                channels = Filters(config, firstExponent + i);
                skips.Insert(0, channels);
            }

            stride *= 2;
            Encoder.Add("encoder_stack", encoderStack);
            if (joinInput)
            {
                skips.Add(stemChannels);
            }

            if (config.MiddleBlock)
            {
                var filters = Filters(config, firstExponent + downBlocks);
                var number = downBlocks + 1;
                if (config.ConvsPerBlock > 1)
                {
                    Middle.Add(new ConvBlock(
                        $"stack{index}_enc{number++}_middle_expand", channels, filters, config.ConvsPerBlock - 1, config.KernelSize, poolFirst: false));
                    channels = filters;
                }

                Middle.Add(new ConvBlock($"stack{index}_enc{number}_middle_contract", channels, filters, 1, config.KernelSize, poolFirst: false));
                channels = filters;
            }

            (MiddleChannels, MiddleStride) = (channels, stride);
            var outStride = index == 0 ? config.OutputStride : inStride;
            var upBlocks = Layers.Log2(stride) - Layers.Log2(outStride);
            Decoder = new Decoder(
                $"stack{index}_dec",
                channels,
                stride,
                [.. Enumerable.Range(0, Math.Max(0, upBlocks)).Select(i => Filters(config, Math.Max(0, firstExponent + downBlocks - 1 - i)))],
                skips,
                config.KernelSize,
                config.UpInterpolate,
                upsampling);
        }

        public ModuleGroup Encoder { get; } = new();

        public List<ConvBlock> Middle { get; } = [];

        public Decoder Decoder { get; }

        public int MiddleChannels { get; }

        public int MiddleStride { get; }

        public BackboneOutput Run(Tensor input)
        {
            var skips = new List<Tensor>();
            var current = input;
            foreach (var block in blocks)
            {
                current = block.forward(current);
                skips.Insert(0, current);
            }

            if (joinInput)
            {
                skips.Add(input);
            }

            current = Layers.Halve(current);
            foreach (var block in Middle)
            {
                current = block.forward(current);
            }

            return new BackboneOutput(current, Decoder.Run(current, skips));
        }
    }
}
