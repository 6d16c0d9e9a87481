using System.Text.Json;
using System.Text.Json.Nodes;

namespace SleapNn.Training.Watching;

/// <summary>
/// The messages between a run and SLEAP's window of losses. Both sides write them with Python's jsonpickle, which for these
/// values is plain JSON.
/// </summary>
internal static class ZmqMessages
{
    /// <summary>A message of a run.</summary>
    /// <param name="what">The kind of model; the window takes only messages of the model it waits for.</param>
    /// <param name="event">train_begin, epoch_begin, batch_start, batch_end, epoch_end or train_end.</param>
    /// <param name="logs">Numbers by name; null where the event has none. Those that are not finite are left out: JSON has none.</param>
    /// <param name="more">Further values, such as epoch and batch.</param>
    /// <returns>The text of the message.</returns>
    public static string Progress(string what, string @event, IEnumerable<KeyValuePair<string, double>>? logs = null, params (string Name, JsonNode? Value)[] more)
    {
        JsonObject? numbers = null;
        if (logs is not null)
        {
            numbers = [];
            foreach (var (name, value) in logs.Where(log => double.IsFinite(log.Value)))
            {
                numbers[name] = value;
            }
        }

        var message = new JsonObject { ["what"] = what, ["event"] = @event, ["logs"] = numbers };
        foreach (var (name, value) in more)
        {
            message[name] = value;
        }

        return message.ToJsonString();
    }

    /// <summary>The losses of an epoch, by the names that SLEAP's window and sleap-nn use.</summary>
    public static Dictionary<string, double> LogsOf(TrainingLogEntry entry)
    {
        var logs = new Dictionary<string, double>
        {
            ["epoch"] = entry.Epoch,
            ["loss"] = entry.TrainLoss,
            ["val_loss"] = entry.ValLoss,
            ["train/loss"] = entry.TrainLoss,
            ["val/loss"] = entry.ValLoss,
            ["train/lr"] = entry.LearningRate,
            ["train/time"] = entry.TrainSeconds,
            ["val/time"] = entry.ValSeconds,
        };
        foreach (var (name, value) in entry.Other)
        {
            logs.TryAdd(name, value);
        }

        return logs;
    }

    /// <summary>Whether a message of the window asks to stop. Whatever else comes, also what is no JSON, does not.</summary>
    public static bool IsStop(string message)
    {
        try
        {
            using var document = JsonDocument.Parse(message);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("command", out var command)
                && command.ValueKind == JsonValueKind.String
                && command.GetString() == "stop";
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
