namespace SleapNn.Automation;

/// <summary>What is done with a video once it is complete.</summary>
public interface IVideoWork
{
    /// <summary>Predicts, going on where an attempt that was stopped ended.</summary>
    /// <param name="video">The video.</param>
    /// <param name="output">The labels file, written whole at the end.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="cancellation">Ends it after the present batch; what was predicted is kept.</param>
    /// <returns>What was predicted.</returns>
    VideoOutcome Predict(string video, string output, IProgress<PredictionProgress>? progress, CancellationToken cancellation);

    /// <summary>Draws the poses of a labels file over its video.</summary>
    /// <param name="labels">The labels file.</param>
    /// <param name="overlay">The video to write.</param>
    /// <param name="cancellation">Ends it; nothing is written then.</param>
    void Draw(string labels, string overlay, CancellationToken cancellation);

    /// <summary>Counts what a labels file holds.</summary>
    /// <param name="labels">The file.</param>
    /// <returns>Its frames and animals.</returns>
    VideoOutcome Count(string labels);

    /// <summary>The journal that a stopped prediction into a file leaves.</summary>
    /// <param name="output">The labels file.</param>
    /// <returns>The path.</returns>
    string ProgressPath(string output);

    /// <summary>Lets go of what a failure may have left in disorder, such as models on a device.</summary>
    void Reset();
}
