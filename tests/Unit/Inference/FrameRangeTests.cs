using CsCheck;
using SleapNn.Inference;

namespace SleapNn.Tests.Inference;

public sealed class FrameRangeTests
{
    private static readonly int[] Hundred = [.. Enumerable.Range(0, 100)];

    [Theory]
    [InlineData("5", new[] { 5 })]
    [InlineData("0-3", new[] { 0, 1, 2, 3 })]
    [InlineData("7, 3-5 ,4", new[] { 3, 4, 5, 7 })]
    [InlineData("-1", new[] { 99 })]
    [InlineData("-3--1", new[] { 97, 98, 99 })]
    [InlineData("98--1", new[] { 98, 99 })]
    public void Ranges_are_read(string text, int[] expected) => Assert.Equal(expected, FrameRange.Select(text, Hundred, "video.mp4"));

    [Theory]
    [InlineData("", "FrameRangeInvalid")]
    [InlineData("abc", "FrameRangeInvalid")]
    [InlineData("1..5", "FrameRangeInvalid")]
    [InlineData("5-3", "FrameRangeInvalid")]
    [InlineData("99999999999", "FrameRangeInvalid")]
    [InlineData("90-100", "FrameRangeOutside")]
    [InlineData("-101", "FrameRangeOutside")]
    public void What_is_not_a_range_or_not_there_is_refused(string text, string errorId)
    {
        var error = Assert.Throws<PredictionException>(() => FrameRange.Select(text, Hundred, "video.mp4"));
        Assert.Equal(errorId, error.ErrorId);
    }

    [Fact]
    public void Frames_that_are_missing_in_between_are_passed_over_but_not_asked_for_alone()
    {
        int[] embedded = [0, 10, 20];
        Assert.Equal([0, 10], FrameRange.Select("0-15", embedded, "labels.pkg.slp"));
        Assert.Equal("FrameRangeOutside", Assert.Throws<PredictionException>(() => FrameRange.Select("5", embedded, "labels.pkg.slp")).ErrorId);
    }

    [Fact]
    public void Every_range_gives_its_frames_in_order_each_once() =>
        Gen.Select(Gen.Int[0, 99], Gen.Int[0, 99]).Array[1, 4].Sample(pairs =>
        {
            var text = string.Join(',', pairs.Select(pair => $"{Math.Min(pair.Item1, pair.Item2)}-{Math.Max(pair.Item1, pair.Item2)}"));
            var wanted = pairs.SelectMany(pair => Hundred.Where(i => i >= Math.Min(pair.Item1, pair.Item2) && i <= Math.Max(pair.Item1, pair.Item2))).Distinct().Order();
            Assert.Equal(wanted, FrameRange.Select(text, Hundred, "video.mp4"));
        });
}
