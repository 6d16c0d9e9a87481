using SleapNn.Augmentation;
using SleapNn.Configuration;

namespace SleapNn.Tests.Augmentation;

/// <summary>Each probability and range does what it says, and nothing else.</summary>
public sealed class TransformTests
{
    private const int Draws = 2000;

    [Theory]
    [InlineData("rotation_p", true, false, false)]
    [InlineData("scale_p", false, true, false)]
    [InlineData("translate_p", false, false, true)]
    [InlineData("affine_p", true, true, true)]
    public void A_probability_turns_on_its_transform_alone_and_as_often_as_it_says(string key, bool rotates, bool scales, bool shifts)
    {
        var config = new GeometricConfig { RotationMin = 10, RotationMax = 30, ScaleMin = 1.2, ScaleMax = 1.5, TranslateWidth = 0.1, TranslateHeight = 0.2 };
        switch (key)
        {
            case "rotation_p": config.RotationP = 0.3; break;
            case "scale_p": config.ScaleP = 0.3; break;
            case "translate_p": config.TranslateP = 0.3; break;
            default: config.AffineP = 0.3; break;
        }

        var (drawn, shiftsSeen) = (0, new List<(double X, double Y)>());
        for (var i = 0; i < Draws; i++)
        {
            if (GeometricAugmentation.DrawAffine(config, 101, 201, new SeededRandom(1, i)) is not { } map)
            {
                continue;
            }

            drawn++;
            var (x0, y0) = map.Apply(100, 50);
            var (x1, y1) = map.Apply(110, 50);
            var degrees = Math.Atan2(y1 - y0, x1 - x0) * 180 / Math.PI;
            var factor = Math.Sqrt(((x1 - x0) * (x1 - x0)) + ((y1 - y0) * (y1 - y0))) / 10;
            if (rotates)
            {
                Assert.InRange(Math.Abs(degrees), 10 - 1e-9, 30 + 1e-9);
            }
            else
            {
                Assert.Equal(0, degrees, 9);
            }

            Assert.InRange(factor, scales ? 1.2 - 1e-9 : 1 - 1e-9, scales ? 1.5 + 1e-9 : 1 + 1e-9);

            // Rotation and scale keep the centre where it is.
            Assert.InRange(Math.Abs(x0 - 100), 0, shifts ? 20.1 : 1e-9);
            Assert.InRange(Math.Abs(y0 - 50), 0, shifts ? 20.2 : 1e-9);
            shiftsSeen.Add((x0 - 100, y0 - 50));
        }

        Assert.InRange(drawn, 0.26 * Draws, 0.34 * Draws);
        if (shifts)
        {
            Assert.InRange(shiftsSeen.Max(s => Math.Abs(s.X)), 19, 20.1);
            Assert.InRange(shiftsSeen.Max(s => Math.Abs(s.Y)), 19, 20.2);
            Assert.InRange(Math.Abs(shiftsSeen.Average(s => s.X)), 0, 1.5);
        }
    }

    [Fact]
    public void With_probabilities_of_their_own_transforms_do_not_wait_for_each_other()
    {
        var config = new GeometricConfig { RotationP = 0.5, ScaleP = 0.5, RotationMin = 10, RotationMax = 20, ScaleMin = 1.2, ScaleMax = 1.3 };
        var seen = new Dictionary<(bool Rotates, bool Scales), int>();
        for (var i = 0; i < Draws; i++)
        {
            var (rotates, scales) = (false, false);
            if (GeometricAugmentation.DrawAffine(config, 101, 101, new SeededRandom(2, i)) is { } map)
            {
                var (x, y) = map.Apply(60, 50);
                (rotates, scales) = (Math.Abs(y - 50) > 1e-6, Math.Sqrt(((x - 50) * (x - 50)) + ((y - 50) * (y - 50))) > 10.1);
            }

            seen[(rotates, scales)] = seen.GetValueOrDefault((rotates, scales)) + 1;
        }

        Assert.Equal(4, seen.Count);
        Assert.All(seen.Values, count => Assert.InRange(count, 0.2 * Draws, 0.3 * Draws));
    }

    [Fact]
    public void Erasing_happens_as_often_as_it_says_and_within_its_area_and_ratio()
    {
        var config = new GeometricConfig { EraseP = 0.4, EraseScaleMin = 0.01, EraseScaleMax = 0.04, EraseRatioMin = 0.5, EraseRatioMax = 2 };
        var holes = Enumerable.Range(0, Draws).Select(i => GeometricAugmentation.DrawErased(config, 100, 200, new SeededRandom(3, i))).Where(hole => hole is not null).Select(hole => hole!.Value).ToList();
        Assert.InRange(holes.Count, 0.36 * Draws, 0.44 * Draws);
        Assert.All(holes, hole =>
        {
            Assert.InRange(hole.Width * hole.Height / 20_000.0, 0.009, 0.043);
            Assert.InRange((double)hole.Height / hole.Width, 0.45, 2.2);
            Assert.InRange(hole.Left, 0, 200 - hole.Width);
            Assert.InRange(hole.Top, 0, 100 - hole.Height);
        });
        Assert.Contains(holes, hole => hole.Height > 1.3 * hole.Width);
        Assert.Contains(holes, hole => hole.Width > 1.3 * hole.Height);
    }
}
