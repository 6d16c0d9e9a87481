using SleapNn.Configuration;

namespace SleapNn.Training.Watching;

/// <summary>Those who watch a run because its configuration asks for it.</summary>
internal static class RunWatchers
{
    /// <summary>Makes them. They are the caller's to dispose.</summary>
    /// <exception cref="TrainingException">One of them cannot do its work.</exception>
    public static IReadOnlyList<IRunObserver> Of(SleapConfig config)
    {
        var watchers = new List<IRunObserver>();
        try
        {
            if (config.TrainerConfig.Zmq is { } zmq)
            {
                if (zmq.ControllerAddress is { Length: > 0 } controller)
                {
                    watchers.Add(new ZmqController(controller, TimeSpan.FromMicroseconds(zmq.ControllerPollingTimeout)));
                }

                if (zmq.PublishAddress is { Length: > 0 } publish)
                {
                    watchers.Add(new ZmqPublisher(publish));
                }
            }

            return watchers;
        }
        catch
        {
            watchers.ForEach(watcher => watcher.Dispose());
            throw;
        }
    }
}
