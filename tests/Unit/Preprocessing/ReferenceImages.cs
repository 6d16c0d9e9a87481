using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Tests.Preprocessing;

/// <summary>Turns reference arrays into tensors and compares them.</summary>
internal static class ReferenceImages
{
    public static Tensor ToTensor(this NpyArray array) => array.Type switch
    {
        "|u1" => tensor(array.Data, array.Shape, dtype: ScalarType.Byte),
        _ => tensor(array.ToSingles(), array.Shape),
    };

    public static double LargestDifference(Tensor actual, Tensor expected)
    {
        Assert.Equal(expected.shape, actual.shape);
        return (actual.to_type(ScalarType.Float64) - expected.to_type(ScalarType.Float64)).abs().max().item<double>();
    }

    public static void AssertClose(Tensor actual, NpyArray expected, double tolerance) =>
        Assert.InRange(LargestDifference(actual, expected.ToTensor()), 0, tolerance);

    public static Tensor Frame()
    {
        using var scope = NewDisposeScope();
        return new NpzFile(SharedData.PathTo("reference", "data", "frame.npz"))["frame"].ToTensor()
            .permute(2, 0, 1).unsqueeze(0).contiguous().MoveToOuterDisposeScope();
    }
}
