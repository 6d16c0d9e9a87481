using System.Text.Json.Nodes;

namespace SleapNn.Training.Watching;

/// <summary>The records of Weights and Biases' run file (its <c>wandb_internal.proto</c>), each numbered.</summary>
internal static class WandbRecords
{
    private const string Producer = "0.19.0";

    public static ProtoWriter Header() => new ProtoWriter().Message(21, new ProtoWriter().Message(1, new ProtoWriter().Text(1, Producer).Text(2, "0.9.0")));

    public static ProtoWriter Run(WandbRun run)
    {
        var config = new ProtoWriter();
        foreach (var (key, value) in run.Config)
        {
            config.Message(1, Item(key, value));
        }

        var message = new ProtoWriter()
            .Text(1, run.Id).Text(2, run.Entity).Text(3, run.Project).Message(4, config)
            .Text(6, run.Group).Text(8, run.Name).Text(13, Environment.MachineName)
            .Message(17, new ProtoWriter().Number(1, run.StartedAt.ToUnixTimeSeconds()));
        return new ProtoWriter().Message(17, run.Resumed ? message.Number(18, 1) : message);
    }

    /// <summary>A metric that is drawn over another one.</summary>
    /// <param name="name">Its name, or the start of several with a star.</param>
    /// <param name="over">The other one; null where there is none.</param>
    /// <param name="isOfSeveral">Whether a record with a star told of it already.</param>
    public static ProtoWriter Metric(string name, string? over, bool isOfSeveral = false)
    {
        var metric = new ProtoWriter().Text(name.Contains('*', StringComparison.Ordinal) ? 2 : 1, name).Text(4, over).Message(6, new ProtoWriter().Number(3, 1));
        return new ProtoWriter().Message(12, isOfSeveral ? metric.Number(10, 1) : metric);
    }

    public static ProtoWriter History(long step, JsonObject values)
    {
        var message = new ProtoWriter();
        foreach (var (key, value) in values)
        {
            message.Message(1, Item(key, value));
        }

        return new ProtoWriter().Message(2, message.Message(2, new ProtoWriter().Number(1, step)));
    }

    public static ProtoWriter Summary(JsonObject values)
    {
        var message = new ProtoWriter();
        foreach (var (key, value) in values)
        {
            message.Message(1, Item(key, value));
        }

        return new ProtoWriter().Message(3, message);
    }

    /// <summary>A picture among the run's files.</summary>
    public static ProtoWriter Media(string path) => new ProtoWriter().Message(6, new ProtoWriter().Message(1, new ProtoWriter().Text(1, path).Number(3, 2)));

    public static ProtoWriter Exit(int code, TimeSpan runtime) => new ProtoWriter().Message(18, new ProtoWriter().Number(1, code).Number(2, (long)runtime.TotalSeconds));

    /// <summary>The last but one: without it <c>wandb sync</c> of older clients leaves out how the run ended and what its metrics are drawn over.</summary>
    public static ProtoWriter Final() => new ProtoWriter().Message(20, new ProtoWriter());

    /// <summary>The last.</summary>
    public static ProtoWriter Footer() => new ProtoWriter().Message(22, new ProtoWriter());

    private static ProtoWriter Item(string key, JsonNode? value) => new ProtoWriter().Text(1, key).Text(16, value?.ToJsonString() ?? "null");
}
