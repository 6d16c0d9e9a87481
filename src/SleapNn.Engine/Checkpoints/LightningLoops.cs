namespace SleapNn.Checkpoints;

/// <summary>The counters that Lightning 2 keeps in a checkpoint and resumes from.</summary>
internal static class LightningLoops
{
    /// <summary>The counters after an epoch.</summary>
    /// <param name="epoch">The zero-based epoch that has just been run.</param>
    /// <param name="globalStep">The optimizer steps taken so far.</param>
    public static OrderedMap<object, object?> At(long epoch, long globalStep)
    {
        var epochs = epoch + 1;
        var stepsInEpoch = globalStep / epochs;
        return Map(
            ("fit_loop", Map(
                ("state_dict", Map()),
                ("epoch_loop.state_dict", Map(("_batches_that_stepped", globalStep))),
                ("epoch_loop.batch_progress", Batches(globalStep, stepsInEpoch, isLast: true)),
                ("epoch_loop.scheduler_progress", Progress(["ready", "completed"], 0, 0)),
                ("epoch_loop.automatic_optimization.state_dict", Map()),
                ("epoch_loop.automatic_optimization.optim_progress", Map(
                    ("optimizer", Map(
                        ("step", Progress(["ready", "completed"], globalStep, stepsInEpoch)),
                        ("zero_grad", Progress(["ready", "completed", "started"], globalStep, stepsInEpoch)))))),
                ("epoch_loop.manual_optimization.state_dict", Map()),
                ("epoch_loop.manual_optimization.optim_step_progress", Progress(["ready", "completed"], 0, 0)),
                ("epoch_loop.val_loop.state_dict", Map()),
                ("epoch_loop.val_loop.batch_progress", Batches(0, 0, isLast: false)),
                ("epoch_progress", Map(
                    ("total", Counts([("ready", epochs), ("completed", epoch), ("started", epochs), ("processed", epochs)])),
                    ("current", Counts([("ready", epochs), ("completed", epoch), ("started", epochs), ("processed", epochs)])))))),
            ("validate_loop", Map(("state_dict", Map()), ("batch_progress", Batches(0, 0, isLast: false)))),
            ("test_loop", Map(("state_dict", Map()), ("batch_progress", Batches(0, 0, isLast: false)))),
            ("predict_loop", Map(("state_dict", Map()), ("batch_progress", Progress(["ready", "completed", "started", "processed"], 0, 0)))));
    }

    private static OrderedMap<object, object?> Batches(long total, long current, bool isLast)
    {
        var progress = Progress(["ready", "completed", "started", "processed"], total, current);
        progress["is_last_batch"] = isLast;
        return progress;
    }

    private static OrderedMap<object, object?> Progress(string[] names, long total, long current) => Map(
        ("total", Counts([.. names.Select(name => (name, total))])),
        ("current", Counts([.. names.Select(name => (name, current))])));

    private static OrderedMap<object, object?> Counts((string Name, long Count)[] counts) =>
        Map([.. counts.Select(entry => (entry.Name, (object?)entry.Count))]);

    private static OrderedMap<object, object?> Map(params (string Key, object? Value)[] entries)
    {
        var map = new OrderedMap<object, object?>();
        foreach (var (key, value) in entries)
        {
            map[key] = value;
        }

        return map;
    }
}
