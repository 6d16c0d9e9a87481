using System.Globalization;

namespace SleapNn.Configuration;

/// <summary>How the model is trained and where the results go (<c>trainer_config</c>).</summary>
public sealed class TrainerConfig : ConfigNode
{
    /// <summary>How training samples are put into batches.</summary>
    public DataLoaderConfig TrainDataLoader { get; set => field = Checked(value); } = new();

    /// <summary>How validation samples are put into batches.</summary>
    public DataLoaderConfig ValDataLoader { get; set => field = Checked(value); } = new();

    /// <summary>Which checkpoints are kept.</summary>
    public ModelCkptConfig ModelCkpt { get; set => field = Checked(value); } = new();

    /// <summary>The number of devices to train on, or auto. Default: auto.</summary>
    /// <remarks>A list of indices, also as a text such as <c>0,1</c>, is kept in <see cref="TrainerDeviceIndices"/>.</remarks>
    public object? TrainerDevices
    {
        get;
        set
        {
            switch (value)
            {
                case null or "":
                    field = null;
                    break;
                case int count when count >= 0:
                    field = count;
                    break;
                case long count when count is >= 0 and <= int.MaxValue:
                    field = (int)count;
                    break;
                case string text when text.Trim().Equals("auto", StringComparison.OrdinalIgnoreCase):
                    field = "auto";
                    break;
                case string text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count):
                    field = count;
                    break;
                default:
                    TrainerDeviceIndices = IndicesFrom(value);
                    field = null;
                    break;
            }
        }
    }

    = "auto";

    /// <summary>The indices of the devices to train on; null leaves it to <see cref="TrainerDevices"/>. Default: null.</summary>
    [ConfigKey(Min = 0, Since = "0.0.2")]
    public List<int>? TrainerDeviceIndices { get; set => field = Checked(value); }

    /// <summary>The kind of device: auto, cpu, gpu (or cuda), mps, tpu or ipu. Default: auto.</summary>
    [ConfigKey("auto", "cpu", "gpu", "cuda", "mps", "tpu", "ipu")]
    public string TrainerAccelerator { get; set => field = Checked(value); } = "auto";

    /// <summary>The profiler: advanced, passthrough, pytorch or simple. Default: null.</summary>
    [ConfigKey("advanced", "passthrough", "pytorch", "simple")]
    public string? Profiler { get; set => field = Checked(value); }

    /// <summary>How training is spread over devices: auto, ddp, fsdp and the other names of Lightning. Default: auto.</summary>
    public string TrainerStrategy { get; set => field = Checked(value); } = "auto";

    /// <summary>Show progress during training. Default: true.</summary>
    public bool EnableProgressBar { get; set => field = Checked(value); } = true;

    /// <summary>The smallest number of steps of an epoch, for very small data sets. Default: 200.</summary>
    [ConfigKey(Min = 0)]
    public int MinTrainStepsPerEpoch { get; set => field = Checked(value); } = 200;

    /// <summary>The number of steps of an epoch; null takes the number of batches or <see cref="MinTrainStepsPerEpoch"/>, whichever is larger. Default: null.</summary>
    [ConfigKey(Min = 1)]
    public int? TrainStepsPerEpoch { get; set => field = Checked(value); }

    /// <summary>Save pictures of predictions after every epoch in the run's viz folder. Default: false.</summary>
    public bool VisualizePredsDuringTraining { get; set => field = Checked(value); }

    /// <summary>Keep the viz folder when training is done. Default: false.</summary>
    public bool KeepViz { get; set => field = Checked(value); }

    /// <summary>The file format of these pictures: png or jpg. Default: png.</summary>
    [ConfigKey("png", "jpg", Since = "0.3.0")]
    public string VizImgFormat { get; set => field = Checked(value); } = "png";

    /// <summary>The largest number of epochs. Default: 10.</summary>
    [ConfigKey(Min = 1)]
    public int MaxEpochs { get; set => field = Checked(value); } = 10;

    /// <summary>The seed of everything that is random; null draws one. Default: 0.</summary>
    [ConfigKey(Min = 0)]
    public int? Seed { get; set => field = Checked(value); } = 0;

    /// <summary>Log to Weights and Biases. Default: false.</summary>
    public bool UseWandb { get; set => field = Checked(value); }

    /// <summary>Write checkpoints, logs and results into the run's folder. Default: false.</summary>
    public bool SaveCkpt { get; set => field = Checked(value); }

    /// <summary>The folder of the run, where configuration and checkpoints go. Default: null.</summary>
    /// <remarks>An older form of <see cref="CkptDir"/> and <see cref="RunName"/>: setting it sets these two, its last part becoming the run's name.</remarks>
    [ConfigKey(ViewOf = "run_name")]
    public string? SaveCkptPath
    {
        get => RunName is null ? null : CkptDir is null ? RunName : $"{CkptDir.TrimEnd('/', '\\')}/{RunName}";
        set
        {
            var path = Checked(value)?.TrimEnd('/', '\\');
            var cut = path?.LastIndexOfAny(['/', '\\']) ?? -1;
            (CkptDir, RunName) = cut < 0 ? (null, path) : (cut == 0 ? path![..1] : path![..cut], path[(cut + 1)..]);
        }
    }

    /// <summary>The folder in which the run's own folder is made; null means the current one. Default: null.</summary>
    [ConfigKey(Since = "0.0.2")]
    public string? CkptDir { get; set => field = Checked(value); }

    /// <summary>The name of the run and of its folder; null makes one of the time and the head. Default: null.</summary>
    [ConfigKey(Since = "0.0.2")]
    public string? RunName { get; set => field = Checked(value); }

    /// <summary>The checkpoint (<c>.ckpt</c>) of an earlier run to go on from. Default: null.</summary>
    public string? ResumeCkptPath { get; set => field = Checked(value); }

    /// <summary>Logging to Weights and Biases; has an effect only with <see cref="UseWandb"/>.</summary>
    public WandbConfig Wandb { get; set => field = Checked(value); } = new();

    /// <summary>The optimizer: Adam or AdamW. Default: Adam.</summary>
    [ConfigKey("Adam", "AdamW")]
    public string OptimizerName { get; set => field = Checked(value); } = "Adam";

    /// <summary>The optimizer's settings.</summary>
    public OptimizerConfig Optimizer { get; set => field = Checked(value); } = new();

    /// <summary>How the learning rate changes; at most one kind is set, none keeps it constant.</summary>
    public LrSchedulerConfig? LrScheduler { get; set => field = Checked(value); } = new();

    /// <summary>When training ends before its last epoch.</summary>
    public EarlyStoppingConfig EarlyStopping { get; set => field = Checked(value); } = new();

    /// <summary>A larger weight for nodes that are hard to learn.</summary>
    public HardKeypointMiningConfig? OnlineHardKeypointMining { get; set => field = Checked(value); } = new();

    /// <summary>Messages to and from the SLEAP application.</summary>
    public ZmqConfig? Zmq { get; set => field = Checked(value); } = new();

    /// <summary>Evaluation during training.</summary>
    [ConfigKey(Since = "0.1.0")]
    public EvalConfig Eval { get; set => field = Checked(value); } = new();

    private static List<int> IndicesFrom(object value)
    {
        var items = value switch
        {
            string text => text.Trim('[', ']', ' ').Split(',', StringSplitOptions.TrimEntries),
            System.Collections.IEnumerable list => [.. list.Cast<object?>().Select(item => Convert.ToString(item, CultureInfo.InvariantCulture) ?? "")],
            _ => new[] { Convert.ToString(value, CultureInfo.InvariantCulture) ?? "" },
        };
        var indices = new List<int>();
        foreach (var item in items)
        {
            if (value is not string and not System.Collections.IEnumerable || !int.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                throw new ConfigException("ConfigValueNotAllowed", $"trainer_devices takes a whole number of at least 0, a list of device indices, or auto; '{string.Join(", ", items)}' was given.", "trainer_devices");
            }

            indices.Add(index);
        }

        return indices;
    }
}
