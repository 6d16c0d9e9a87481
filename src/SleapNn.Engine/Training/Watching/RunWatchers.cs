using SleapNn.Configuration;

namespace SleapNn.Training.Watching;

/// <summary>Those who watch a run because its configuration asks for it.</summary>
internal sealed class RunWatchers : IDisposable
{
    private readonly List<IRunObserver> observers = [];

    /// <summary>Makes them.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="warn">Told what the user should know of although the run goes on; called on the thread of training.</param>
    /// <exception cref="TrainingException">One of them cannot do its work.</exception>
    public RunWatchers(SleapConfig config, Action<string> warn)
    {
        try
        {
            var zmq = config.TrainerConfig.Zmq;
            if (zmq?.ControllerAddress is { Length: > 0 } controller)
            {
                observers.Add(new ZmqController(controller, TimeSpan.FromMicroseconds(zmq.ControllerPollingTimeout)));
            }

            // Before the publisher, which tells the window where the run's page is.
            WandbObserver? wandb = null;
            var (isAsked, isOnline) = WandbObserver.ModeOf(config.TrainerConfig);
            if (isAsked)
            {
                wandb = new WandbObserver(config.TrainerConfig, isOnline, warn);
                observers.Add(wandb);
            }

            if (zmq?.PublishAddress is { Length: > 0 } publish)
            {
                observers.Add(new ZmqPublisher(publish, pageUrl: () => wandb?.PageUrl));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The watchers.</summary>
    public IReadOnlyList<IRunObserver> Observers => observers;

    /// <inheritdoc/>
    public void Dispose() => observers.ForEach(observer => observer.Dispose());
}
