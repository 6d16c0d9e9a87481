namespace SleapNn.Models;

/// <summary>Where a transposed convolution of kernel 3 and stride 2 puts its output.</summary>
public enum TransposedForm
{
    /// <summary>As PyTorch with padding 1 and output padding 1: the form of models trained by sleap-nn and here.</summary>
    Torch,

    /// <summary>As Keras with padding <c>same</c>, which crops at the end only: the form of models trained by SLEAP 1.x.</summary>
    Keras,
}
