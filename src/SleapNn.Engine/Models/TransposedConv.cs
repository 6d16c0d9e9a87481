using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>A transposed convolution of kernel 3 and stride 2 that doubles height and width exactly.</summary>
internal sealed class TransposedConv : nn.Module<Tensor, Tensor>
{
    private readonly TransposedForm form;
    private readonly Parameter weight;
    private readonly Parameter bias;

    public TransposedConv(int inChannels, int outChannels, TransposedForm form)
        : base(nameof(TransposedConv))
    {
        this.form = form;
        using var initial = nn.ConvTranspose2d(inChannels, outChannels, 3, stride: 2, padding: 1, output_padding: 1);
        weight = new Parameter(initial.weight.detach().clone());
        bias = new Parameter(initial.bias!.detach().clone());
        register_parameter("weight", weight);
        register_parameter("bias", bias);
    }

    public override Tensor forward(Tensor input)
    {
        if (form == TransposedForm.Torch)
        {
            return nn.functional.conv_transpose2d(input, weight, bias, [2, 2], [1, 1], [1, 1]);
        }

        using var full = nn.functional.conv_transpose2d(input, weight, bias, [2, 2], [0, 0], [0, 0]);
        return full.narrow(2, 0, 2 * input.shape[2]).narrow(3, 0, 2 * input.shape[3]).contiguous();
    }
}
