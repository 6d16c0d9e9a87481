using SleapNn.Demo;
using SleapNn.Media;

namespace SleapNn.Tests.Demo;

public class DemoSceneTests
{
    [Theory]
    [InlineData(1, 128, 160)]
    [InlineData(3, 200, 230)]
    public void The_same_seed_gives_the_same_pixels_and_truth_and_another_seed_others(int animals, int height, int width)
    {
        var options = new DemoOptions { Animals = animals, HeightPx = height, WidthPx = width, Seed = 5 };
        var (first, second, other) = (new DemoScene(options), new DemoScene(options), new DemoScene(options with { Seed = 6 }));
        for (var i = 0; i < 5; i++)
        {
            var (a, b, c) = (first.Next(), second.Next(), other.Next());
            Assert.Equal(a.Image.Pixels, b.Image.Pixels);
            Assert.NotEqual(a.Image.Pixels, c.Image.Pixels);
            Assert.Equal(a.Instances.SelectMany(n => n.Points), b.Instances.SelectMany(n => n.Points));
            Assert.NotEqual(a.Instances.SelectMany(n => n.Points), c.Instances.SelectMany(n => n.Points));
        }
    }

    [Theory]
    [InlineData(1, 64, 64)]
    [InlineData(1, 128, 160)]
    [InlineData(4, 300, 200)]
    public void Animals_stay_in_the_frame_and_move_smoothly(int animals, int height, int width)
    {
        var scene = new DemoScene(new DemoOptions { Animals = animals, HeightPx = height, WidthPx = width, Seed = 3 });
        var longest = 8 * Math.Min(height, width) / 128.0;
        List<PoseInstance>? before = null;
        for (var i = 0; i < 150; i++)
        {
            var now = scene.Next().Instances;
            Assert.Equal(animals, now.Count);
            foreach (var point in now.SelectMany(n => n.Points))
            {
                Assert.InRange(point.X, 2, width - 3);
                Assert.InRange(point.Y, 2, height - 3);
            }

            for (var k = 0; before is not null && k < animals; k++)
            {
                for (var n = 0; n < 5; n++)
                {
                    var (dx, dy) = (now[k].Points[n].X - before[k].Points[n].X, now[k].Points[n].Y - before[k].Points[n].Y);
                    Assert.True(Math.Sqrt((dx * dx) + (dy * dy)) < longest, $"Node {n} jumped by ({dx:0.0}, {dy:0.0}) at frame {i}.");
                }
            }

            before = now;
        }
    }

    [Theory]
    [InlineData(1, 128, 160)]
    [InlineData(2, 320, 400)]
    public void The_spot_of_every_visible_node_is_centred_on_the_truth(int animals, int height, int width)
    {
        var scene = new DemoScene(new DemoOptions { Animals = animals, HeightPx = height, WidthPx = width, NoiseLevels = 0, Leaves = 0, Seed = 11 });
        var scale = Math.Min(height, width) / (128 * Math.Sqrt(animals));
        var reach = (2.9 * scale) - 0.5;
        var checkedCount = 0;
        for (var i = 0; i < 60; i++)
        {
            scene.Skip(5);
            var (image, instances) = scene.Next();
            foreach (var (instance, point) in instances.SelectMany(n => n.Points.Select(p => (n, p))).Where(pair => pair.p.Visible))
            {
                // An animal that touches this one may half cover a spot.
                var (self, thorax) = (instance, instance.Points[1]);
                if (instances.Any(o => !ReferenceEquals(o, self) && Math.Abs(o.Points[1].X - thorax.X) + Math.Abs(o.Points[1].Y - thorax.Y) < 62 * scale))
                {
                    continue;
                }

                double sum = 0, sumX = 0, sumY = 0;
                for (var y = (int)(point.Y - reach); y <= point.Y + reach; y++)
                {
                    for (var x = (int)(point.X - reach); x <= point.X + reach; x++)
                    {
                        // Inside its ring a spot is surrounded by one level.
                        var isInside = Math.Sqrt(((x - point.X) * (x - point.X)) + ((y - point.Y) * (y - point.Y))) < reach;
                        var weight = isInside ? image.Pixels[(y * width) + x] - DemoScene.RingLevel : 0;
                        (sum, sumX, sumY) = (sum + weight, sumX + (weight * x), sumY + (weight * y));
                    }
                }

                Assert.InRange((sumX / sum) - point.X, -0.1, 0.1);
                Assert.InRange((sumY / sum) - point.Y, -0.1, 0.1);
                checkedCount++;
            }
        }

        Assert.True(checkedCount > 150, $"Only {checkedCount} spots were checked.");
    }

    [Fact]
    public void Leaves_hide_some_nodes_but_most_can_be_seen()
    {
        var scene = new DemoScene(new DemoOptions { Seed = 1 });
        var points = Enumerable.Range(0, 250).SelectMany(_ => scene.Next().Instances.Single().Points).ToList();
        Assert.InRange(points.Count(p => !p.Visible) / (double)points.Count, 0.001, 0.25);
    }

    [Theory]
    [InlineData(0, 128, 160)]
    [InlineData(21, 128, 160)]
    [InlineData(5, 128, 160)]
    [InlineData(1, 63, 160)]
    [InlineData(1, 128, 100000)]
    public void Impossible_scenes_are_refused(int animals, int height, int width) =>
        Assert.Equal("DemoOptions", Assert.Throws<MediaException>(() => new DemoScene(new DemoOptions { Animals = animals, HeightPx = height, WidthPx = width })).ErrorId);
}
