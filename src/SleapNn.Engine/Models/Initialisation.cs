using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>Sets the weights that training starts from.</summary>
internal static class Initialisation
{
    /// <summary>
    /// Xavier's uniform initialisation (Glorot and Bengio 2010) of convolutions and fully connected layers, zero for their
    /// biases. Transposed convolutions keep what they have, as in sleap-nn.
    /// </summary>
    public static void ApplyXavier(nn.Module module)
    {
        using var off = no_grad();
        foreach (var (_, child) in module.named_children())
        {
            ApplyXavier(child);
        }

        var (weight, bias) = module switch
        {
            Conv2d layer => (layer.weight, layer.bias),
            Linear layer => (layer.weight, layer.bias),
            _ => (null, null),
        };
        if (weight is not null)
        {
            nn.init.xavier_uniform_(weight);
        }

        if (bias is not null)
        {
            nn.init.zeros_(bias);
        }
    }
}
