using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SleapNn.Configuration;
using SleapNn.Media;

namespace SleapNn.Training.Watching;

/// <summary>
/// Logs a run to Weights and Biases: to a folder <c>wandb</c> in the run's own that <c>wandb sync</c> accepts, and online to the
/// server as well. Nothing that fails here reaches training.
/// </summary>
internal sealed class WandbObserver : IRunObserver
{
    private const string ServerDefault = "https://api.wandb.ai";
    private const int StepsPerLine = 50;
    private static readonly TimeSpan PatienceAtStart = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan PatienceAtEnd = TimeSpan.FromSeconds(10);

    // The starts of the names of what is drawn over epochs.
    private static readonly string[] Groups = ["train/", "val/", "eval/", "viz/"];

    private readonly Action<string> warn;
    private readonly bool isOnline;
    private readonly string? key;
    private readonly Uri server;
    private readonly bool withPictures;
    private readonly WandbConfig options;
    private readonly JsonObject summary = [];
    private readonly Stopwatch clock = new();
    private readonly List<JsonNode> rowOfTable = [];
    private readonly List<string> metrics = [];
    private JsonObject pictures = [];
    private JsonObject? row;
    private WandbRun? logged;
    private WandbFile? file;
    private WandbUploader? uploader;
    private string folder = "";
    private long lastStep;
    private double earlierSeconds;
    private bool hasEnded;
    private bool isWhole;
    private bool isOnServer;

    /// <summary>Makes ready to log.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="isOnline">Whether to send the run to the server.</param>
    /// <param name="warn">Told what went wrong, on the thread of training.</param>
    /// <exception cref="TrainingException">There is no key (TrainingWandbKey), or the server's address is none (TrainingWandbServer).</exception>
    public WandbObserver(TrainerConfig config, bool isOnline, Action<string> warn)
    {
        (this.isOnline, this.warn) = (isOnline, warn);
        (options, withPictures) = (config.Wandb, config.Wandb.SaveVizImgsWandb);
        var address = Environment.GetEnvironmentVariable("WANDB_BASE_URL") is { Length: > 0 } own ? own : ServerDefault;
        if (!Uri.TryCreate(address, UriKind.Absolute, out server!) || server.Scheme is not ("http" or "https"))
        {
            throw new TrainingException("TrainingWandbServer", $"'{address}' (the environment's WANDB_BASE_URL) is no address of a Weights and Biases server.", address);
        }

        key = config.Wandb.RevealApiKey() is { Length: > 0 } given ? given : Environment.GetEnvironmentVariable("WANDB_API_KEY");
        if (isOnline && string.IsNullOrEmpty(key))
        {
            throw new TrainingException(
                "TrainingWandbKey",
                "Logging to Weights and Biases needs an API key: set the environment's WANDB_API_KEY or trainer_config.wandb.api_key, or set wandb_mode to offline and upload the run later with 'wandb sync'.");
        }
    }

    /// <summary>Whether a configuration asks for a log, and whether that is one on the server.</summary>
    public static (bool IsAsked, bool IsOnline) ModeOf(TrainerConfig config)
    {
        var mode = config.Wandb.WandbMode ?? Environment.GetEnvironmentVariable("WANDB_MODE");
        return (config.UseWandb && mode is not "disabled", mode is not ("offline" or "dryrun"));
    }

    /// <summary>The address of the run's page, known from the start of the run; null offline, or where the server did not tell in time.</summary>
    public string? PageUrl { get; private set; }

    /// <inheritdoc/>
    public bool WantsPredictions => withPictures && (options.VizBoxes || options.VizMasks);

    // Where no way of showing them is chosen, sleap-nn uploads the drawn pictures.
    private bool WithDrawn => options.VizEnabled || !(options.VizBoxes || options.VizMasks);

    /// <inheritdoc/>
    public void Started(TrainingRun run, int epoch) => Guarded(() =>
    {
        clock.Start();
        var own = logged = WandbRun.Of(run, epoch > 0);
        if (epoch > 0 && File.Exists(Path.Combine(run.Path, TrainingLog.FileName)))
        {
            GoOn([.. TrainingLog.Read(run.Path).Where(entry => entry.Epoch < epoch)]);
        }

        folder = Path.Combine(run.Path, "wandb", string.Create(CultureInfo.InvariantCulture, $"{(isOnline ? "" : "offline-")}run-{own.StartedAt.ToLocalTime():yyyyMMdd_HHmmss}-{own.Id}"));
        Directory.CreateDirectory(Path.Combine(folder, "files"));
        file = new WandbFile(Path.Combine(folder, $"run-{own.Id}.wandb"));
        file.Add(WandbRecords.Header());
        file.Add(WandbRecords.Run(own));
        file.Add(WandbRecords.Metric("epoch", over: null));
        foreach (var group in Groups)
        {
            file.Add(WandbRecords.Metric(group + "*", over: "epoch"));
        }

        if (isOnline)
        {
            uploader = new WandbUploader(new WandbClient(server, key!), own.ForServer(metrics));
            if ((own.Entity is { Length: > 0 } ? own.Entity : uploader.EntityWithin(PatienceAtStart)) is { Length: > 0 } owner)
            {
                PageUrl = $"{WebAddress(server)}/{Uri.EscapeDataString(owner)}/{Uri.EscapeDataString(own.Project)}/runs/{Uri.EscapeDataString(own.Id)}";
            }
        }
    });

    /// <inheritdoc/>
    public void StepEnded(int epoch, long step, double loss, IReadOnlyDictionary<string, double> named)
    {
        if (row is not null)
        {
            Guarded(WriteRow);
        }

        lastStep = step;
        if (step % StepsPerLine == 0)
        {
            Guarded(() => Log(new JsonObject { ["loss"] = loss, ["trainer/global_step"] = step }));
        }
    }

    /// <inheritdoc/>
    public void EpochEnded(TrainingLogEntry entry) => Guarded(() =>
    {
        var line = pictures;
        pictures = [];
        line["epoch"] = entry.Epoch;
        line["trainer/global_step"] = lastStep;
        Put("train/loss", entry.TrainLoss);
        Put("val/loss", entry.ValLoss);
        Put("train/lr", entry.LearningRate);
        Put("train/time", entry.TrainSeconds);
        Put("val/time", entry.ValSeconds);
        foreach (var (name, value) in entry.Other)
        {
            Put(NameOf(name), value);
        }

        NoteBest(entry.ValLoss);
        Log(line);
        WriteRow();

        void Put(string name, double value)
        {
            if (double.IsFinite(value))
            {
                line[name] = value;
            }
        }
    });

    /// <inheritdoc/>
    public void PictureDrawn(string name, int epoch, Picture picture)
    {
        var label = WandbPictures.Label(name);
        var isPlain = label.EndsWith("/predictions", StringComparison.Ordinal);
        if (withPictures && file is not null && (WithDrawn || !isPlain))
        {
            Guarded(() =>
            {
                var image = Image(label, picture.Encode(), picture.HeightPx, picture.WidthPx, FormattableString.Invariant($"{name}, epoch {epoch}"));
                pictures[label] = image;
                if (options.LogVizTable && isPlain)
                {
                    rowOfTable.Add(image.DeepClone());
                    LogTable(epoch);
                }
            });
        }
    }

    /// <inheritdoc/>
    public void Predicted(string part, int epoch, FramePrediction prediction)
    {
        if (file is null)
        {
            return;
        }

        var (frame, label, caption) = (prediction.Image, WandbPictures.Label(part), FormattableString.Invariant($"{part}, epoch {epoch}"));
        var zoom = WandbPictures.ZoomOf(frame);
        if (options.VizBoxes)
        {
            Guarded(() =>
            {
                using var picture = Picture.Of(frame, zoom);
                var image = Image(label + "_boxes", picture.Encode(), picture.HeightPx, picture.WidthPx, caption);
                image["boxes"] = new JsonObject
                {
                    ["ground_truth"] = Boxes("ground_truth", prediction.Labels, true),
                    ["predictions"] = Boxes("predictions", prediction.Predicted, false),
                };
                pictures[label + "_boxes"] = image;
            });
        }

        if (options.VizMasks)
        {
            Guarded(() =>
            {
                var image = Image(label + "_masks", Picture.Encode(frame), frame.HeightPx, frame.WidthPx, caption);
                var mask = Picture.Encode(WandbPictures.Mask(frame, prediction.Look, options.VizConfmapThreshold));
                image["masks"] = new JsonObject { ["confidence_maps"] = Attach("mask", $"media/images/mask/{label}_masks", ".mask.png", mask) };
                pictures[label + "_masks"] = image;
            });
        }

        JsonObject Boxes(string kind, IReadOnlyList<PoseInstance> instances, bool areLabels) => Attach(
            "boxes2D",
            $"media/metadata/boxes2D/{label}_boxes_{kind}",
            ".boxes2D.json",
            System.Text.Encoding.UTF8.GetBytes(WandbPictures.Boxes(frame, instances, prediction.Nodes, options.VizBoxSize, areLabels).ToJsonString()));
    }

    /// <inheritdoc/>
    public void Measured(string part, EvaluationResult result) => Guarded(() =>
    {
        foreach (var (name, value) in new (string, double?)[]
        {
            ("mOKS", result.MeanOks), ("oks_voc_mAP", result.OksVoc?.MeanAveragePrecision), ("oks_voc_mAR", result.OksVoc?.MeanAverageRecall),
            ("mPCK", result.Pck?.MeanPck), ("PCK_5", result.Pck?.PckAt5Px), ("PCK_10", result.Pck?.PckAt10Px),
            ("distance_avg", result.Distances.MeanPx), ("distance_p50", result.Distances.P50Px), ("distance_p95", result.Distances.P95Px),
            ("distance_p99", result.Distances.P99Px), ("visibility_precision", result.Visibility?.Precision), ("visibility_recall", result.Visibility?.Recall),
        })
        {
            if (value is { } number && double.IsFinite(number))
            {
                summary[$"eval/{part}/{name}"] = number;
            }
        }

        file?.Add(WandbRecords.Summary(summary));
        uploader?.Add(null, summary.ToJsonString());
    });

    /// <inheritdoc/>
    public void Ended(TrainingRun run) => Guarded(() =>
    {
        isWhole = true;
        End(0, PatienceAtEnd);
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!hasEnded)
        {
            // Training broke off.
            Guarded(() => End(1, TimeSpan.FromSeconds(2)));
        }

        file?.Dispose();
        uploader?.Dispose();
        if (hasEnded && isWhole && (uploader is null ? options.DeleteLocalLogs == true : isOnServer && options.DeleteLocalLogs != false))
        {
            Guarded(DeleteFolder);
        }
    }

    private static string NameOf(string column) =>
        column.Contains('/', StringComparison.Ordinal) ? column
        : column.StartsWith("train_", StringComparison.Ordinal) ? "train/" + column[6..]
        : column.StartsWith("val_", StringComparison.Ordinal) ? "val/" + column[4..]
        : "train/confmaps/" + column;

    private JsonObject Image(string label, byte[] png, int heightPx, int widthPx, string caption)
    {
        var image = Attach("image-file", $"media/images/{label}", ".png", png);
        (image["format"], image["width"], image["height"], image["caption"]) = ("png", widthPx, heightPx, caption);
        return image;
    }

    // Adds a file to the run, and says where it is.
    private JsonObject Attach(string type, string stem, string extension, byte[] content)
    {
        var hash = Convert.ToHexString(SHA256.HashData(content)).ToLowerInvariant();
        var path = string.Create(CultureInfo.InvariantCulture, $"{stem}_{lastStep}_{hash[..20]}{extension}");
        var full = Path.Combine(folder, "files", path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        AtomicFile.Write(full, stream => stream.Write(content));
        file!.Add(WandbRecords.Media(path));
        uploader?.AddFile(path, full);
        return new JsonObject { ["_type"] = type, ["path"] = path, ["sha256"] = hash, ["size"] = content.Length };
    }

    // A row for the epoch once both of its pictures are there.
    private void LogTable(int epoch)
    {
        if (rowOfTable.Count < 2)
        {
            return;
        }

        var content = new JsonObject
        {
            ["columns"] = new JsonArray("Epoch", "Train", "Validation"),
            ["data"] = new JsonArray(new JsonArray([epoch, .. rowOfTable])),
        };
        rowOfTable.Clear();
        var table = Attach("table-file", "media/table/predictions_table", ".table.json", System.Text.Encoding.UTF8.GetBytes(content.ToJsonString()));
        (table["ncols"], table["nrows"]) = (3, 1);
        pictures["predictions_table"] = table;
    }

    // As the official client derives it: the page of api.wandb.ai is at wandb.ai, of another api.host at app.host.
    private static string WebAddress(Uri server)
    {
        var address = Environment.GetEnvironmentVariable("WANDB_APP_URL") is { Length: > 0 } own ? own : server.AbsoluteUri;
        return address.Replace("://api.wandb.ai", "://wandb.ai", StringComparison.Ordinal).Replace("://api.", "://app.", StringComparison.Ordinal).TrimEnd('/');
    }

    // A run that goes on does not forget its best epoch and its age.
    private void GoOn(IReadOnlyList<TrainingLogEntry> earlier)
    {
        foreach (var entry in earlier)
        {
            NoteBest(entry.ValLoss);
            earlierSeconds += double.IsFinite(entry.TrainSeconds + entry.ValSeconds) ? entry.TrainSeconds + entry.ValSeconds : 0;
        }
    }

    private void NoteBest(double loss)
    {
        if (double.IsFinite(loss) && !((double?)summary["best/val/loss"] <= loss))
        {
            summary["best/val/loss"] = loss;
        }
    }

    // What is logged at one step is one row: a step has no second one.
    private void Log(JsonObject line)
    {
        row ??= [];
        foreach (var (name, value) in line)
        {
            row[name] = value?.DeepClone();
        }

        row["_step"] = lastStep;
        row["_runtime"] = Age;
        row["_timestamp"] = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
    }

    private double Age => earlierSeconds + clock.Elapsed.TotalSeconds;

    private void WriteRow()
    {
        if (row is not { } line)
        {
            return;
        }

        row = null;
        TellMetrics(line);
        foreach (var (name, value) in line)
        {
            summary[name] = value?.DeepClone();
        }

        file?.Add(WandbRecords.History(lastStep, line));
        file?.Add(WandbRecords.Summary(summary));
        uploader?.Add(line.ToJsonString(), summary.ToJsonString());
    }

    // Neither the server nor 'wandb sync' finds out which names a star stands for.
    private void TellMetrics(JsonObject line)
    {
        var before = metrics.Count;
        foreach (var name in line.Select(value => value.Key).Where(name => Groups.Any(group => name.StartsWith(group, StringComparison.Ordinal)) && !metrics.Contains(name)).ToList())
        {
            metrics.Add(name);
            file?.Add(WandbRecords.Metric(name, over: "epoch", isOfSeveral: true));
        }

        if (metrics.Count > before)
        {
            uploader?.Change(logged!.ForServer(metrics));
        }
    }

    private void End(int code, TimeSpan patience)
    {
        hasEnded = true;
        WriteRow();
        var age = TimeSpan.FromSeconds(Age);
        summary["_wandb"] = new JsonObject { ["runtime"] = (long)age.TotalSeconds };
        file?.Add(WandbRecords.Summary(summary));
        file?.Add(WandbRecords.Exit(code, age));
        file?.Add(WandbRecords.Final());
        file?.Add(WandbRecords.Footer());
        uploader?.Add(null, summary.ToJsonString());
        if (uploader is not { } sender)
        {
            return;
        }

        isOnServer = sender.End(code, patience);
        if (!isOnServer)
        {
            warn($"Weights and Biases does not have all of this run: {sender.Failure ?? "the server was not reached"}. Upload it with: wandb sync {(logged is { Resumed: true } ? "--append " : "")}'{folder}'");
        }
    }

    private void DeleteFolder()
    {
        if (folder.Length > 0 && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
            var all = Path.GetDirectoryName(folder)!;
            if (!Directory.EnumerateFileSystemEntries(all).Any())
            {
                Directory.Delete(all);
            }
        }
    }

    private void Guarded(Action log)
    {
        try
        {
            log();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            warn($"The log for Weights and Biases in '{folder}' cannot be written: {e.Message.TrimEnd('.')}. Training goes on without it.");
            file?.Dispose();
            file = null;
        }
    }
}
