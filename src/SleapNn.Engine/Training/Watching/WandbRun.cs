using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SleapNn.Configuration;

namespace SleapNn.Training.Watching;

/// <summary>What Weights and Biases knows of a run from its start.</summary>
internal sealed record WandbRun(string Id, string Project, string? Entity, string? Name, string? Group, bool Resumed, DateTimeOffset StartedAt, JsonObject Config)
{
    private const string DefaultProject = "uncategorized";

    /// <summary>Gives a run its id and name, before its configuration is written.</summary>
    /// <param name="config">The configuration; its <c>current_run_id</c> and, where it has none, its name are set.</param>
    /// <param name="resume">Whether the run goes on in its own folder, and so with the id that it has.</param>
    public static void Identify(SleapConfig config, bool resume)
    {
        var wandb = config.TrainerConfig.Wandb;
        if (config.TrainerConfig.UseWandb)
        {
            wandb.CurrentRunId = wandb.PrvRunid is { Length: > 0 } earlier ? earlier
                : resume && wandb.CurrentRunId is { Length: > 0 } own ? own
                : RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 8);
            wandb.Name ??= config.TrainerConfig.RunName;
        }
    }

    /// <summary>The run of a configuration that was identified.</summary>
    public static WandbRun Of(TrainingRun run, bool resumed)
    {
        var wandb = run.Config.TrainerConfig.Wandb;
        var config = new JsonObject
        {
            ["run_name"] = wandb.Name,
            ["model_type"] = run.ModelType,
            ["train_samples"] = run.TrainSamples,
            ["val_samples"] = run.ValSamples,
            ["run_config"] = Json(ConfigMap.Of(run.Config, forFile: true)),

            // 'wandb sync' adds its own only to a section that is there, and goes on with a run only where it finds that again.
            ["_wandb"] = WandbPictures.ClassesOfRun(run.Config) ?? [],
        };

        return new WandbRun(
            wandb.CurrentRunId!, wandb.Project ?? DefaultProject, wandb.Entity, wandb.Name, wandb.Group,
            resumed || wandb.PrvRunid is { Length: > 0 }, DateTimeOffset.UtcNow,
            config);
    }

    /// <summary>This run as the server is told of it: with the metrics that are drawn over epochs, and what made it.</summary>
    /// <param name="names">The names of these metrics.</param>
    public WandbRun ForServer(IEnumerable<string> names)
    {
        // In these maps 1 is the name, 5 the place of the metric below (from 1), 6 the options: 1 to go with it, 3 to be defined.
        var metrics = new JsonArray(new JsonObject { ["1"] = "epoch", ["6"] = new JsonArray(3) });
        foreach (var name in names)
        {
            metrics.Add(new JsonObject { ["1"] = name, ["5"] = 1, ["6"] = new JsonArray(3) });
        }

        // Without 't', of which 13 is the platform, the official client takes the run for one that never began, and does not go on with it.
        var config = (JsonObject)Config.DeepClone();
        var own = config["_wandb"]!;
        own["t"] = new JsonObject { ["13"] = RuntimeInformation.RuntimeIdentifier };
        own["m"] = metrics;
        return this with { Config = config };
    }

    // The configuration without secrets, as its file has it.
    private static JsonNode? Json(object? value) => value switch
    {
        null => null,
        IDictionary map => new JsonObject(map.Cast<DictionaryEntry>().Select(entry => KeyValuePair.Create(entry.Key.ToString()!, Json(entry.Value)))),
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        double number => double.IsFinite(number) ? JsonValue.Create(number) : null,
        IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(Json)]),
        _ => JsonValue.Create(Convert.ToString(value, CultureInfo.InvariantCulture)),
    };
}
