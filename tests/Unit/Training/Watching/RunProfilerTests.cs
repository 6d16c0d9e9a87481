using System.Text.Json;
using SleapNn.Training;
using SleapNn.Training.Watching;

namespace SleapNn.Tests.Training.Watching;

public sealed class RunProfilerTests : TorchTest
{
    [Theory]
    [InlineData("simple", false, false)]
    [InlineData("advanced", true, false)]
    [InlineData("pytorch", true, true)]
    public void A_run_leaves_a_table_of_its_times(string kind, bool isLong, bool hasTrace)
    {
        using var data = new TinyDataset();
        var config = data.Config(epochs: 2, steps: 3);
        config.TrainerConfig.Profiler = kind;
        var run = Trainer.Run(data.Request(config));
        var table = File.ReadAllText(Path.Combine(run.Path, RunProfiler.TableName));
        Assert.Matches(@"(?m)^training_step +6 +[0-9.]+ +[0-9.]+ +[0-9.]+", table);
        foreach (var part in new[] { "forward", "backward", "optimizer_step", "get_train_batch", "validation" })
        {
            Assert.Matches($"(?m)^{part} +[0-9]+ ", table);
        }

        Assert.Equal(isLong, table.Contains("Median (ms)", StringComparison.Ordinal));
        Assert.Equal(hasTrace, File.Exists(Path.Combine(run.Path, RunProfiler.TraceName)));
        if (hasTrace)
        {
            using var trace = JsonDocument.Parse(File.ReadAllText(Path.Combine(run.Path, RunProfiler.TraceName)));
            var events = trace.RootElement.GetProperty("traceEvents").EnumerateArray().ToList();
            Assert.All(events, e => Assert.Equal("X", e.GetProperty("ph").GetString()));
            var step = events.First(e => e.GetProperty("name").GetString() == "training_step");
            var forward = events.First(e => e.GetProperty("name").GetString() == "forward");
            Assert.InRange(forward.GetProperty("ts").GetDouble(), step.GetProperty("ts").GetDouble(), step.GetProperty("ts").GetDouble() + step.GetProperty("dur").GetDouble());
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("passthrough")]
    public void Without_a_profiler_nothing_is_measured(string? kind) => Assert.Null(RunProfiler.Of(kind));
}
