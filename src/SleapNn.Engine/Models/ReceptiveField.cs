using SleapNn.Configuration;

namespace SleapNn.Models;

/// <summary>How much of the input one position of a backbone's coarsest features can see.</summary>
/// <remarks>The recurrence of Araujo, Norris and Sim 2019, doi:10.23915/distill.00021: each layer adds (kernel - 1) times the stride so far.</remarks>
internal struct ReceptiveField
{
    private int stride;

    private ReceptiveField(int size, int stride) => (SizePx, this.stride) = (size, stride);

    /// <summary>The side in pixels.</summary>
    public int SizePx { get; private set; }

    /// <summary>The receptive field of a backbone.</summary>
    /// <param name="config">The backbone's config, with its strides in line.</param>
    public static int Of(IBackboneConfig config)
    {
        var field = new ReceptiveField(1, 1);
        switch (config)
        {
            case UNetConfig unet:
                field.AddUNet(unet);
                return field.SizePx;
            case ConvNextConfig convnext:
                field.AddConvNext(convnext);
                break;
            case SwinTConfig swint:
                field.AddSwin(swint);
                break;
        }

        field.Halve();
        field.AddConvolutions(Math.Max(1, config.ConvsPerBlock), config.KernelSize);
        return field.SizePx;
    }

    private void AddUNet(UNetConfig config)
    {
        var stemBlocks = Layers.Log2(config.StemStride ?? 1);
        for (var i = 0; i < stemBlocks; i++)
        {
            HalveIf(i > 0);
            AddConvolutions(config.ConvsPerBlock, 7);
        }

        HalveIf(stemBlocks > 0);
        var inStride = 1 << stemBlocks;
        for (var i = 0; i < config.Stacks; i++)
        {
            var downBlocks = Layers.Log2(config.MaxStride) - Layers.Log2(inStride);
            for (var j = 0; j < (i == 0 ? downBlocks : Math.Max(1, downBlocks)); j++)
            {
                HalveIf(j > 0 || (i == 0 && stemBlocks > 0));
                AddConvolutions(config.ConvsPerBlock, config.KernelSize);
            }

            Halve();
            if (config.MiddleBlock)
            {
                AddConvolutions(Math.Max(1, config.ConvsPerBlock), config.KernelSize);
            }

            if (i + 1 < config.Stacks)
            {
                inStride = config.OutputStride;
                RiseTo(inStride, config.KernelSize);
            }
        }
    }

    private void AddConvNext(ConvNextConfig config)
    {
        var depths = ConvNextBackbone.ArchOf(config).Depths;
        AddConvolutions(1, config.StemPatchKernel);
        stride = config.StemPatchStride;
        for (var i = 0; i < depths.Count; i++)
        {
            HalveIf(i > 0);
            AddConvolutions(depths[i], 7);
        }
    }

    private void AddSwin(SwinTConfig config)
    {
        var depths = SwinTBackbone.ArchOf(config).Depths;
        AddConvolutions(1, config.PatchSize);
        stride = config.StemPatchStride;
        for (var i = 0; i < depths.Count; i++)
        {
            HalveIf(i > 0);

            // Windows lie on a grid: what a block sees of those before it may begin and end in the middle of their windows.
            SizePx += depths[i] * config.WindowSize * stride;
        }
    }

    /// <summary>The decoder: each doubling reads two neighbours, and two convolutions follow.</summary>
    private void RiseTo(int outStride, int kernelSize)
    {
        while (stride > outStride)
        {
            SizePx += stride;
            stride /= 2;
            AddConvolutions(2, kernelSize);
        }
    }

    private void AddConvolutions(int count, int kernelSize) => SizePx += count * (kernelSize - 1) * stride;

    private void HalveIf(bool condition)
    {
        if (condition)
        {
            Halve();
        }
    }

    private void Halve()
    {
        SizePx += stride;
        stride *= 2;
    }
}
