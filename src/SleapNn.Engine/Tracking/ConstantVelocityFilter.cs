using static SleapNn.Tracking.SmallMatrix;

namespace SleapNn.Tracking;

/// <summary>
/// A Kalman filter for one point that moves with constant velocity. The noise covariances are learned by expectation
/// maximisation over a few frames (Shumway and Stoffer, "An approach to time series smoothing and forecasting using the
/// EM algorithm", 1982); the transition, the observation and the initial mean stay as they are.
/// </summary>
internal sealed class ConstantVelocityFilter
{
    private const int Iterations = 20;

    private static readonly double[,] Transition = { { 1, 1, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 1, 1 }, { 0, 0, 0, 1 } };
    private static readonly double[,] TransitionT = Transpose(Transition);
    private static readonly double[,] Observation = { { 1, 0, 0, 0 }, { 0, 0, 1, 0 } };
    private static readonly double[,] ObservationT = Transpose(Observation);

    private double[,] transitionNoise = Identity(4);
    private double[,] observationNoise = Identity(2);
    private double[,] initialCovariance = Identity(4);

    private ConstantVelocityFilter()
    {
    }

    /// <summary>Learns a filter from the positions in consecutive frames.</summary>
    /// <param name="positions">One a frame; NaN where the point was not seen.</param>
    /// <param name="maxSpeedPx">The highest speed along an axis, in pixels a frame.</param>
    /// <returns>The filter and what it believes after the last frame; null where the positions do not suffice.</returns>
    public static (ConstantVelocityFilter Filter, ConstantVelocityState Last)? Fit(IReadOnlyList<(double X, double Y)> positions, double maxSpeedPx)
    {
        var seen = Enumerable.Range(0, positions.Count).Where(t => !double.IsNaN(positions[t].X) && !double.IsNaN(positions[t].Y)).ToList();
        if (seen.Count < 2)
        {
            return null;
        }

        // A speed across frames in which the point was not seen would be that of several frames.
        var (x, y) = positions[seen[0]];
        var pair = seen.Zip(seen.Skip(1)).Where(p => p.Second == p.First + 1).Select(p => p.First).DefaultIfEmpty(-1).First();
        var (vx, vy) = pair < 0 ? (0, 0) : (positions[pair + 1].X - positions[pair].X, positions[pair + 1].Y - positions[pair].Y);
        double[] initialMean = [x, Math.Clamp(vx, -maxSpeedPx, maxSpeedPx), y, Math.Clamp(vy, -maxSpeedPx, maxSpeedPx)];

        var filter = new ConstantVelocityFilter();
        for (var i = 0; i < Iterations; i++)
        {
            if (!filter.Improve(positions, initialMean))
            {
                return null;
            }
        }

        return filter.Filter(positions, initialMean) is { } states ? (filter, states.Filtered[^1].WithSpeedUpTo(maxSpeedPx)) : null;
    }

    /// <summary>What the filter expects one frame later.</summary>
    public ConstantVelocityState Predict(ConstantVelocityState state) => new(
        Multiply(Transition, state.Mean),
        Add(Multiply(Multiply(Transition, state.Covariance), TransitionT), transitionNoise));

    /// <summary>Takes an observed position into an expectation.</summary>
    public ConstantVelocityState Correct(ConstantVelocityState predicted, double x, double y) =>
        TryCorrect(predicted, x, y) ?? predicted;

    private ConstantVelocityState? TryCorrect(ConstantVelocityState predicted, double x, double y)
    {
        if (double.IsNaN(x) || double.IsNaN(y))
        {
            return predicted;
        }

        var cross = Multiply(predicted.Covariance, ObservationT);
        if (Inverse(Add(Multiply(Observation, cross), observationNoise)) is not { } precision)
        {
            return null;
        }

        var gain = Multiply(cross, precision);
        var surprise = Add([x, y], Multiply(Observation, predicted.Mean), -1);
        return new ConstantVelocityState(
            Add(predicted.Mean, Multiply(gain, surprise)),
            Add(predicted.Covariance, Multiply(Multiply(gain, Observation), predicted.Covariance), -1));
    }

    private (ConstantVelocityState[] Predicted, ConstantVelocityState[] Filtered)? Filter(IReadOnlyList<(double X, double Y)> positions, double[] initialMean)
    {
        var (predicted, filtered) = (new ConstantVelocityState[positions.Count], new ConstantVelocityState[positions.Count]);
        for (var t = 0; t < positions.Count; t++)
        {
            predicted[t] = t == 0 ? new ConstantVelocityState(initialMean, initialCovariance) : Predict(filtered[t - 1]);
            if (TryCorrect(predicted[t], positions[t].X, positions[t].Y) is not { } corrected)
            {
                return null;
            }

            filtered[t] = corrected;
        }

        return (predicted, filtered);
    }

    // One round of expectation (Rauch-Tung-Striebel smoothing) and maximisation.
    private bool Improve(IReadOnlyList<(double X, double Y)> positions, double[] initialMean)
    {
        if (Filter(positions, initialMean) is not { } states)
        {
            return false;
        }

        var (predicted, filtered) = states;
        var smoothed = (ConstantVelocityState[])filtered.Clone();
        var gains = new double[positions.Count][,];
        for (var t = positions.Count - 2; t >= 0; t--)
        {
            if (Inverse(predicted[t + 1].Covariance) is not { } precision)
            {
                return false;
            }

            gains[t] = Multiply(Multiply(filtered[t].Covariance, TransitionT), precision);
            smoothed[t] = new ConstantVelocityState(
                Add(filtered[t].Mean, Multiply(gains[t], Add(smoothed[t + 1].Mean, predicted[t + 1].Mean, -1))),
                Add(filtered[t].Covariance, Multiply(Multiply(gains[t], Add(smoothed[t + 1].Covariance, predicted[t + 1].Covariance, -1)), Transpose(gains[t]))));
        }

        var (observationSum, seen) = (new double[2, 2], 0);
        for (var t = 0; t < positions.Count; t++)
        {
            var (x, y) = positions[t];
            if (double.IsNaN(x) || double.IsNaN(y))
            {
                continue;
            }

            var error = Add([x, y], Multiply(Observation, smoothed[t].Mean), -1);
            observationSum = Add(observationSum, Add(Outer(error), Multiply(Multiply(Observation, smoothed[t].Covariance), ObservationT)));
            seen++;
        }

        var transitionSum = new double[4, 4];
        for (var t = 0; t + 1 < positions.Count; t++)
        {
            var error = Add(smoothed[t + 1].Mean, Multiply(Transition, smoothed[t].Mean), -1);
            var lagged = Multiply(Multiply(smoothed[t + 1].Covariance, Transpose(gains[t])), TransitionT);
            var spread = Add(Multiply(Multiply(Transition, smoothed[t].Covariance), TransitionT), smoothed[t + 1].Covariance);
            transitionSum = Add(transitionSum, Add(Add(Add(Outer(error), spread), lagged, -1), Transpose(lagged), -1));
        }

        observationNoise = Scale(observationSum, 1.0 / seen);
        transitionNoise = Scale(transitionSum, 1.0 / (positions.Count - 1));
        initialCovariance = Add(smoothed[0].Covariance, Outer(Add(smoothed[0].Mean, initialMean, -1)));
        return true;
    }
}
