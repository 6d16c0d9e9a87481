namespace SleapNn.Inference;

/// <summary>Some of a network's outputs over a part of a frame: confidence maps, or part affinity fields.</summary>
/// <param name="Values">(channels, rows, columns), row by row.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Columns">The number of columns.</param>
/// <param name="StridePx">Pixels of the frame from one cell to the next.</param>
/// <param name="LeftPx">The x of the first cell, in pixels of the frame.</param>
/// <param name="TopPx">The y of the first cell, in pixels of the frame.</param>
/// <param name="Names">For confidence maps the name of each channel; for part affinity fields that of each edge, whose x and y follow each other.</param>
public sealed record NetworkMaps(float[] Values, int Rows, int Columns, double StridePx, double LeftPx, double TopPx, IReadOnlyList<string> Names)
{
    /// <summary>The number of channels.</summary>
    public int Channels => Values.Length / (Rows * Columns);

    /// <summary>Keeps one channel.</summary>
    /// <param name="index">Its number, from 0.</param>
    /// <returns>The channel alone, under its own name.</returns>
    public NetworkMaps Only(int index) => this with { Values = Values.AsSpan(index * Rows * Columns, Rows * Columns).ToArray(), Names = [Names[index]] };
}
