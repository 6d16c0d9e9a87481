namespace SleapNn.Demo;

/// <summary>Random numbers and textures.</summary>
internal static class DemoNoise
{
    /// <summary>Draws from the standard normal distribution (Box and Muller, 1958).</summary>
    /// <param name="random">The source.</param>
    /// <returns>A number.</returns>
    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Adds smooth random hills: random heights on a grid, joined by smooth interpolation.</summary>
    /// <param name="image">The picture, row by row.</param>
    /// <param name="widthPx">Its width.</param>
    /// <param name="cellPx">The distance of grid points.</param>
    /// <param name="amplitude">The height of the hills in grey levels.</param>
    /// <param name="random">The source.</param>
    public static void AddHills(float[] image, int widthPx, double cellPx, double amplitude, Random random)
    {
        var heightPx = image.Length / widthPx;
        var (rows, columns) = ((int)(heightPx / cellPx) + 3, (int)(widthPx / cellPx) + 3);
        var grid = new double[rows, columns];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                grid[r, c] = (random.NextDouble() * 2) - 1;
            }
        }

        for (var y = 0; y < heightPx; y++)
        {
            var (r, v) = ((int)(y / cellPx), Smooth(y / cellPx % 1));
            for (var x = 0; x < widthPx; x++)
            {
                var (c, u) = ((int)(x / cellPx), Smooth(x / cellPx % 1));
                var top = grid[r, c] + (u * (grid[r, c + 1] - grid[r, c]));
                var bottom = grid[r + 1, c] + (u * (grid[r + 1, c + 1] - grid[r + 1, c]));
                image[(y * widthPx) + x] += (float)(amplitude * (top + (v * (bottom - top))));
            }
        }
    }

    private static double Smooth(double t) => t * t * (3 - (2 * t));
}
