namespace SleapNn.Demo;

/// <summary>
/// A grey picture that shapes are painted on with smooth edges. The centre of the top-left pixel is at (0, 0), so a shape
/// painted at a position has its centre exactly there.
/// </summary>
/// <param name="levels">The grey levels, row by row.</param>
/// <param name="widthPx">The width.</param>
internal sealed class DemoCanvas(float[] levels, int widthPx)
{
    private readonly int heightPx = levels.Length / widthPx;

    /// <summary>Paints a capsule whose radius changes evenly from one end to the other.</summary>
    /// <param name="shape">The capsule.</param>
    public void Paint(DemoShape shape)
    {
        var radius = Math.Max(shape.FromRadius, shape.ToRadius) + 1;
        var (left, right) = (Floor(Math.Min(shape.FromX, shape.ToX) - radius, widthPx), Floor(Math.Max(shape.FromX, shape.ToX) + radius + 1, widthPx));
        var (top, bottom) = (Floor(Math.Min(shape.FromY, shape.ToY) - radius, heightPx), Floor(Math.Max(shape.FromY, shape.ToY) + radius + 1, heightPx));
        for (var y = top; y <= bottom; y++)
        {
            for (var x = left; x <= right; x++)
            {
                var cover = (float)shape.CoverAt(x, y);
                if (cover > 0)
                {
                    ref var level = ref levels[(y * widthPx) + x];
                    level += cover * ((float)shape.Level - level);
                }
            }
        }
    }

    private static int Floor(double value, int size) => Math.Clamp((int)Math.Floor(value), 0, size - 1);
}
