using System.Numerics;
using System.Runtime.InteropServices;

namespace SleapNn.Inference;

/// <summary>
/// Finds peaks in confidence maps. Coordinates are grid points of the map, (x, y), with the centre of the first grid
/// point at (0, 0). The semantics are those of sleap-nn 0.3.3 (<c>inference/ops/peaks.py</c>).
/// </summary>
public static class PeakFinding
{
    /// <summary>The highest point of each map.</summary>
    /// <param name="maps">Confidence maps.</param>
    /// <param name="options">Threshold and refinement.</param>
    /// <returns>For each sample one peak a channel. A map whose maximum is below the threshold gives NaN and the value 0.</returns>
    public static PafPeak[][] FindGlobal(MapStack maps, PeakOptions options)
    {
        var found = new PafPeak[maps.Samples][];
        for (var sample = 0; sample < maps.Samples; sample++)
        {
            found[sample] = new PafPeak[maps.Channels];
            for (var channel = 0; channel < maps.Channels; channel++)
            {
                var plane = maps.Plane(sample, channel);
                var (x, y, value) = Highest(plane, maps.Width);
                found[sample][channel] = value >= (float)options.Threshold
                    ? Refined(plane, maps, x, y, value, channel, options)
                    : new PafPeak(float.NaN, float.NaN, 0, channel);
            }
        }

        return found;
    }

    /// <summary>All local maxima: points above the threshold and strictly above their eight neighbours.</summary>
    /// <param name="maps">Confidence maps.</param>
    /// <param name="options">Threshold and refinement.</param>
    /// <returns>For each sample its peaks, ordered by y, x and channel of the grid point. A plateau has none.</returns>
    public static List<PafPeak>[] FindLocal(MapStack maps, PeakOptions options)
    {
        var found = new List<PafPeak>[maps.Samples];
        var places = new List<(int Cell, int Channel)>();
        for (var sample = 0; sample < maps.Samples; sample++)
        {
            places.Clear();
            for (var channel = 0; channel < maps.Channels; channel++)
            {
                CollectMaxima(maps.Plane(sample, channel), maps.Width, (float)options.Threshold, channel, places);
            }

            places.Sort();
            found[sample] = new List<PafPeak>(places.Count);
            foreach (var (cell, channel) in places)
            {
                var plane = maps.Plane(sample, channel);
                found[sample].Add(Refined(plane, maps, cell % maps.Width, cell / maps.Width, plane[cell], channel, options));
            }
        }

        return found;
    }

    // The column comes from the columns' maxima and the row from the rows', each the first of its kind: where a maximum
    // occurs twice the two may name different places. Results are compared with sleap-nn's, so it stays.
    private static (int X, int Y, float Value) Highest(ReadOnlySpan<float> plane, int width)
    {
        var highest = float.NegativeInfinity;
        foreach (var value in plane)
        {
            highest = Math.Max(highest, value);
        }

        var first = Math.Max(plane.IndexOf(highest), 0);
        var (x, y) = (first % width, first / width);
        for (var start = first + 1; plane[start..].IndexOf(highest) is >= 0 and var next; start += next + 1)
        {
            x = Math.Min(x, (start + next) % width);
        }

        return (x, y, highest);
    }

    private static void CollectMaxima(ReadOnlySpan<float> plane, int width, float threshold, int channel, List<(int Cell, int Channel)> places)
    {
        var blocks = MemoryMarshal.Cast<float, Vector<float>>(plane);
        var limit = new Vector<float>(threshold);
        for (var i = 0; i < blocks.Length; i++)
        {
            if (Vector.GreaterThanAny(blocks[i], limit))
            {
                Check(plane, i * Vector<float>.Count, (i + 1) * Vector<float>.Count);
            }
        }

        Check(plane, blocks.Length * Vector<float>.Count, plane.Length);

        void Check(ReadOnlySpan<float> values, int from, int to)
        {
            for (var cell = from; cell < to; cell++)
            {
                if (values[cell] > threshold && IsMaximum(values, width, cell))
                {
                    places.Add((cell, channel));
                }
            }
        }
    }

    private static bool IsMaximum(ReadOnlySpan<float> plane, int width, int cell)
    {
        var (x, y, height, value) = (cell % width, cell / width, plane.Length / width, plane[cell]);
        for (var row = Math.Max(y - 1, 0); row <= Math.Min(y + 1, height - 1); row++)
        {
            for (var column = Math.Max(x - 1, 0); column <= Math.Min(x + 1, width - 1); column++)
            {
                if ((row != y || column != x) && !(value > plane[(row * width) + column]))
                {
                    return false;
                }
            }
        }

        return true;
    }

    // The mean position of a patch around the peak, weighted by the map. Outside of the map the weight is 0, and negative
    // values are used as they are.
    private static PafPeak Refined(ReadOnlySpan<float> plane, MapStack maps, int x, int y, float value, int channel, PeakOptions options)
    {
        if (options.Refinement == PeakRefinement.None)
        {
            return new PafPeak(x, y, value, channel);
        }

        var half = options.IntegralPatchSize / 2;
        double total = 0, alongX = 0, alongY = 0;
        for (var row = Math.Max(y - half, 0); row <= Math.Min(y + half, maps.Height - 1); row++)
        {
            for (var column = Math.Max(x - half, 0); column <= Math.Min(x + half, maps.Width - 1); column++)
            {
                var weight = plane[(row * maps.Width) + column];
                total += weight;
                alongX += weight * (column - x);
                alongY += weight * (row - y);
            }
        }

        return new PafPeak(x + (float)(alongX / total), y + (float)(alongY / total), value, channel);
    }
}
