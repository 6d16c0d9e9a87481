using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>A transposed convolution of kernel 3 and stride 2 that doubles height and width exactly.</summary>
internal sealed class TransposedConv : NamedModule<Tensor, Tensor>
{
    private readonly TransposedForm form;

    public TransposedConv(int inChannels, int outChannels, TransposedForm form)
        : base(nameof(TransposedConv))
    {
        this.form = form;
        using var initial = nn.ConvTranspose2d(inChannels, outChannels, 3, stride: 2, padding: 1, output_padding: 1);
        register_parameter("weight", new Parameter(initial.weight.detach().clone()));
        register_parameter("bias", new Parameter(initial.bias!.detach().clone()));
    }

    public override Tensor forward(Tensor input)
    {
        var (weight, bias) = (get_parameter("weight")!, get_parameter("bias")!);
        if (form == TransposedForm.Torch)
        {
            return nn.functional.conv_transpose2d(input, weight, bias, [2, 2], [1, 1], [1, 1]);
        }

        using var full = nn.functional.conv_transpose2d(input, weight, bias, [2, 2], [0, 0], [0, 0]);
        return full.narrow(2, 0, 2 * input.shape[2]).narrow(3, 0, 2 * input.shape[3]).contiguous();
    }
}
