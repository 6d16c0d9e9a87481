using CsCheck;
using SleapNn.Preprocessing;

namespace SleapNn.Tests.Preprocessing;

public sealed class AffineTransformTests
{
    private static readonly Gen<AffineTransform> AnyMap = Gen.Select(
        Gen.Double[-180, 180], Gen.Double[0.5, 2], Gen.Double[-50, 50], Gen.Double[-50, 50],
        (angle, scale, x, y) => AffineTransform.RotationAndScale(angle, scale, x, y).Then(AffineTransform.Translation(y, x)));

    [Fact]
    public void The_inverse_leads_back() =>
        Gen.Select(AnyMap, Gen.Double[-100, 100], Gen.Double[-100, 100]).Sample((map, x, y) =>
        {
            var there = map.Apply(x, y);
            var back = map.Inverse().Apply(there.X, there.Y);
            return Math.Abs(back.X - x) < 1e-8 && Math.Abs(back.Y - y) < 1e-8;
        });

    [Fact]
    public void Composition_is_one_after_the_other() =>
        Gen.Select(AnyMap, AnyMap, Gen.Double[-100, 100]).Sample((first, second, x) =>
        {
            var between = first.Apply(x, -x);
            var expected = second.Apply(between.X, between.Y);
            var actual = first.Then(second).Apply(x, -x);
            return Math.Abs(actual.X - expected.X) < 1e-7 && Math.Abs(actual.Y - expected.Y) < 1e-7;
        });

    [Fact]
    public void A_quarter_turn_takes_right_to_down()
    {
        var (x, y) = AffineTransform.RotationAndScale(90, 1, 10, 10).Apply(13, 10);
        Assert.Equal(10, x, 9);
        Assert.Equal(13, y, 9);
    }

    [Fact]
    public void A_flat_map_has_no_inverse() =>
        Assert.Throws<InvalidOperationException>(() => new AffineTransform(1, 2, 0, 2, 4, 0).Inverse());
}
