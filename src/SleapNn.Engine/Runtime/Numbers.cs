using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Runtime;

/// <summary>
/// Tensors and plain numbers together. TorchSharp makes a native object of every number and lets the garbage collector free it,
/// which can happen while torch still reads it: the number is another one then, or an "Unknown scalar type". Here it lives until
/// torch is done. TorchSharp also makes such numbers in sums of two tensors (times one) and in squares (to the power of two). A
/// test sees to it that the engine calls nothing of that kind.
/// </summary>
internal static class Numbers
{
    /// <summary>The number 1, which is never freed.</summary>
    public static readonly Scalar One = 1L.ToScalar();

    public static Tensor Plus(this Tensor tensor, Tensor other) => tensor.add(other, One);

    public static Tensor Accumulate(this Tensor sum, Tensor part) => sum.add_(part, One);

    public static Tensor Squared(this Tensor tensor) => tensor.mul(tensor);

    public static Tensor Plus(this Tensor tensor, double number) => With(number, scalar => tensor.add(scalar, One));

    public static Tensor Times(this Tensor tensor, double number) => With(number, scalar => tensor.mul(scalar));

    public static Tensor Over(this Tensor tensor, double number) => With(number, scalar => tensor.div(scalar));

    public static Tensor IsAbove(this Tensor tensor, double number) => With(number, scalar => tensor.gt(scalar));

    public static Tensor IsBelow(this Tensor tensor, double number) => With(number, scalar => tensor.lt(scalar));

    public static Tensor IsAtLeast(this Tensor tensor, double number) => With(number, scalar => tensor.ge(scalar));

    public static Tensor AtLeast(this Tensor tensor, double least) => With(least, scalar => tensor.clamp(min: scalar));

    public static Tensor Within(this Tensor tensor, double least, double most)
    {
        using var min = least.ToScalar();
        using var max = most.ToScalar();
        return tensor.clamp(min, max);
    }

    /// <summary>0, step, 2 step, … below the end.</summary>
    public static Tensor Steps(long end, long step, ScalarType type, Device? device = null)
    {
        using var first = 0L.ToScalar();
        using var last = end.ToScalar();
        using var between = step.ToScalar();
        return arange(first, last, between, type, device);
    }

    public static Tensor Filled(long[] shape, double number, ScalarType type, Device? device = null) =>
        With(number, scalar => full(shape, scalar, type, device));

    private static Tensor With(double number, Func<Scalar, Tensor> compute)
    {
        using var scalar = number.ToScalar();
        return compute(scalar);
    }
}
