using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Inference;

/// <summary>
/// Finds peaks in confidence maps. Coordinates are grid points of the map, (x, y), with the centre of the first grid
/// point at (0, 0). The semantics are those of sleap-nn 0.3.3 (<c>inference/ops/peaks.py</c>).
/// </summary>
public static class PeakFinding
{
    /// <summary>The highest point of each map.</summary>
    /// <param name="confidenceMaps">(batch, channels, height, width), float.</param>
    /// <param name="options">Threshold and refinement.</param>
    /// <returns>
    /// Points (batch, channels, 2) as (x, y) and values (batch, channels). A map whose maximum is below the threshold
    /// gives NaN and the value 0.
    /// </returns>
    public static (Tensor Points, Tensor Values) FindGlobal(Tensor confidenceMaps, PeakOptions options)
    {
        using var scope = NewDisposeScope();
        var batch = confidenceMaps.shape[0];
        var channels = confidenceMaps.shape[1];

        // x comes from the columns' maxima and y from the rows', each with its own argmax: where a maximum occurs twice
        // the two may name different places. Results are compared with sleap-nn's, so it stays.
        var (maxima, x) = confidenceMaps.amax([2]).max(2);
        var y = confidenceMaps.amax([3]).argmax(2);
        var points = stack([x.to(ScalarType.Float32), y.to(ScalarType.Float32)], -1);
        var missing = maxima < options.Threshold;
        points = where(missing.unsqueeze(-1), full_like(points, float.NaN), points);
        var values = where(missing, zeros_like(maxima), maxima);
        if (options.Refinement == PeakRefinement.Integral)
        {
            var flatPoints = points.reshape(batch * channels, 2);
            var found = flatPoints.select(1, 0).isnan().logical_not().nonzero().flatten();
            if (found.shape[0] > 0)
            {
                var maps = confidenceMaps.reshape(batch * channels, confidenceMaps.shape[2], confidenceMaps.shape[3]);
                var offsets = IntegralOffsets(maps, flatPoints.index(found), found, options.IntegralPatchSize);
                points = flatPoints.index_add(0, found, offsets, 1).reshape(batch, channels, 2);
            }
        }

        return (points.MoveToOuterDisposeScope(), values.MoveToOuterDisposeScope());
    }

    /// <summary>All local maxima: points above the threshold and strictly above their eight neighbours.</summary>
    /// <param name="confidenceMaps">(batch, channels, height, width), float.</param>
    /// <param name="options">Threshold and refinement.</param>
    /// <returns>The peaks, ordered by sample, y, x and channel. A plateau has none.</returns>
    public static LocalPeaks FindLocal(Tensor confidenceMaps, PeakOptions options)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (confidenceMaps.shape[2], confidenceMaps.shape[3]);
        var padded = nn.functional.pad(confidenceMaps, [1, 1, 1, 1], PaddingModes.Constant, double.NegativeInfinity);
        var isPeak = confidenceMaps > options.Threshold;
        for (var dy = 0; dy < 3; dy++)
        {
            for (var dx = 0; dx < 3; dx++)
            {
                if (dy != 1 || dx != 1)
                {
                    isPeak = isPeak.logical_and(confidenceMaps > padded.narrow(2, dy, height).narrow(3, dx, width));
                }
            }
        }

        var places = isPeak.permute(0, 2, 3, 1).nonzero();
        var (sample, y, x, channel) = (places.select(1, 0), places.select(1, 1), places.select(1, 2), places.select(1, 3));
        var values = confidenceMaps.index(sample, channel, y, x);
        var points = stack([x, y], 1).to(ScalarType.Float32);
        if (options.Refinement == PeakRefinement.Integral && places.shape[0] > 0)
        {
            var maps = confidenceMaps.reshape(-1, height, width);
            points = points + IntegralOffsets(maps, points, (sample * confidenceMaps.shape[1]) + channel, options.IntegralPatchSize);
        }

        return new LocalPeaks(
            points.MoveToOuterDisposeScope(),
            values.MoveToOuterDisposeScope(),
            sample.clone().MoveToOuterDisposeScope(),
            channel.clone().MoveToOuterDisposeScope());
    }

    /// <summary>
    /// The mean position of a patch around each peak relative to its centre, weighted by the map. Outside of the map
    /// the weight is 0, and negative values are used as they are.
    /// </summary>
    /// <param name="maps">(maps, height, width), float.</param>
    /// <param name="peaks">(peaks, 2) as (x, y), on grid points.</param>
    /// <param name="mapIndices">For each peak the map that it is in, (peaks), int64.</param>
    /// <param name="patchSize">The side of the patch in grid points; odd.</param>
    /// <returns>(peaks, 2) as (dx, dy) in grid points.</returns>
    public static Tensor IntegralOffsets(Tensor maps, Tensor peaks, Tensor mapIndices, int patchSize)
    {
        using var scope = NewDisposeScope();
        var half = patchSize / 2;
        var padded = nn.functional.pad(maps, [half, half, half, half]);
        var steps = arange(patchSize, ScalarType.Int64, maps.device);
        var corner = peaks.round().to(ScalarType.Int64);

        // After padding by half a patch, the patch around (x, y) begins at (x, y).
        var xs = (corner.select(1, 0).unsqueeze(1) + steps).unsqueeze(1);
        var ys = (corner.select(1, 1).unsqueeze(1) + steps).unsqueeze(2);
        var patches = padded.index(mapIndices.view(-1, 1, 1), ys, xs);
        var offsets = (steps - half).to(ScalarType.Float32);
        var total = patches.sum([1, 2]);
        var dx = (patches * offsets.view(1, 1, -1)).sum([1, 2]) / total;
        var dy = (patches * offsets.view(1, -1, 1)).sum([1, 2]) / total;
        return stack([dx, dy], 1).MoveToOuterDisposeScope();
    }
}
