using CsCheck;
using SleapNn.Preprocessing;
using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Tests.Preprocessing;

/// <summary>Resizing 8-bit images gives what torch gives on floats, rounded.</summary>
public class ByteResizeTests : TorchTest
{
    [Theory]
    [InlineData(384, 384, 320, 320)]
    [InlineData(320, 560, 160, 280)]
    [InlineData(600, 800, 450, 600)]
    [InlineData(37, 41, 90, 73)]
    [InlineData(1000, 900, 37, 53)]
    [InlineData(1, 1, 9, 9)]
    [InlineData(5, 7, 1, 1)]
    [InlineData(7, 300, 7, 100)]
    public void Pixels_are_those_of_torch(int height, int width, int newHeight, int newWidth) => AssertAsTorch(height, width, newHeight, newWidth, seed: 1);

    // Images one pixel wide are left out: torch repeats their first pixel in every row.
    [Fact]
    public void Pixels_are_those_of_torch_whatever_the_size() =>
        Gen.Select(Gen.Int[1, 70], Gen.Int[1, 70], Gen.Int[1, 70], Gen.Int[2, 70], Gen.Int[0, 1000])
            .Sample((height, width, newHeight, newWidth, seed) => AssertAsTorch(height, width, newHeight, newWidth, seed), iter: 200, threads: 1);

    [Fact]
    public void What_does_not_lie_in_one_piece_is_read_in_its_order()
    {
        var image = RandomImage(1, 40, 30, 3, seed: 5).permute(0, 3, 1, 2);

        Assert.Equal(TensorValues.Of<byte>(ImageOps.ResizeTo(image.contiguous(), 25, 17)), TensorValues.Of<byte>(ImageOps.ResizeTo(image, 25, 17)));
    }

    private static void AssertAsTorch(int height, int width, int newHeight, int newWidth, int seed)
    {
        using var scope = NewDisposeScope();
        var image = RandomImage(2, 3, height, width, seed);
        var expected = nn.functional.interpolate(
            image.to_type(ScalarType.Float32), [newHeight, newWidth], mode: InterpolationMode.Bilinear, align_corners: false, antialias: true).round();
        var actual = ByteResize.Resize(image, newHeight, newWidth);

        Assert.Equal([2L, 3, newHeight, newWidth], actual.shape);
        var difference = TensorValues.Of<float>((actual.to_type(ScalarType.Float32) - expected).abs());

        // Where torch's build rounds in the middle of a sum, a value half way between two levels may go to the other one.
        Assert.True(difference.Max() <= 1);
        Assert.True(difference.Sum() <= 1 + (difference.Length * (OperatingSystem.IsWindows() ? 5e-3 : 1e-4)), $"{difference.Sum()} of {difference.Length} differ");
    }

    private static Tensor RandomImage(int first, int second, int third, int fourth, int seed)
    {
        var pixels = new byte[first * second * third * fourth];
        new Random(seed).NextBytes(pixels);
        return tensor(pixels, [first, second, third, fourth], dtype: ScalarType.Byte);
    }
}
