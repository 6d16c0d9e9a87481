using SleapNn.Media;

namespace SleapNn.Training;

/// <summary>
/// Is told what happens in a run, to log or publish it. It is called on the training thread, in order, so it must be quick;
/// what it throws ends the run, so it keeps its own failures (a lost network) to itself. Every method may be left out.
/// </summary>
public interface IRunObserver : IDisposable
{
    /// <summary>Whether someone asked to end the run after the current step: its epoch is ended there, with its validation, and the best model evaluated.</summary>
    bool StopRequested => false;

    /// <summary>The first step is about to be made.</summary>
    /// <param name="run">The run as far as it is known: folder, kind of model, configuration, numbers of samples.</param>
    /// <param name="epoch">The epoch that it begins with, from 0; above 0 where it was resumed.</param>
    void Started(TrainingRun run, int epoch)
    {
    }

    /// <summary>A step was made.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="step">The steps of the whole run so far.</param>
    /// <param name="loss">The loss of its batch.</param>
    /// <param name="named">The losses of single heads and nodes by their columns in the log.</param>
    void StepEnded(int epoch, long step, double loss, IReadOnlyDictionary<string, double> named)
    {
    }

    /// <summary>An epoch was finished, and its files are written.</summary>
    /// <param name="entry">Its row of the log.</param>
    void EpochEnded(TrainingLogEntry entry)
    {
    }

    /// <summary>A picture of predictions was drawn.</summary>
    /// <param name="name">What it shows, as in the name of its file: train, validation, train.pafs_magnitude and so on.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="picture">The picture; it stays the caller's.</param>
    void PictureDrawn(string name, int epoch, Picture picture)
    {
    }

    /// <summary>Whether <see cref="Predicted"/> is to be called, which costs a run of the model on each frame.</summary>
    bool WantsPredictions => false;

    /// <summary>The model predicted on a frame whose pictures were drawn.</summary>
    /// <param name="part">Which frame: train or validation.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="prediction">What it made of the frame.</param>
    void Predicted(string part, int epoch, FramePrediction prediction)
    {
    }

    /// <summary>The trained model was measured.</summary>
    /// <param name="part">On which labels: train.0, val.0, test.0 and so on.</param>
    /// <param name="result">The metrics.</param>
    void Measured(string part, EvaluationResult result)
    {
    }

    /// <summary>The run has ended, and all its files are written.</summary>
    /// <param name="run">The run.</param>
    void Ended(TrainingRun run)
    {
    }
}
