using SleapNn.Configuration;

namespace SleapNn;

/// <summary>What to train, and where.</summary>
public sealed record TrainingRequest
{
    /// <summary>The configuration. It is copied, not changed.</summary>
    public required SleapConfig Config { get; init; }

    /// <summary>
    /// The run's folder; null takes <c>trainer_config.ckpt_dir</c> and <c>run_name</c>, and where these are not set a
    /// name of the time and the head in the current folder.
    /// </summary>
    public string? OutputPath { get; init; }

    /// <summary>
    /// The kind of device (auto, cpu, cuda or gpu, mps), in place of <c>trainer_config.trainer_accelerator</c>, or certain GPUs
    /// (<c>cuda:1</c>, or several as <c>cuda:0,cuda:1</c>), in place of <c>trainer_devices</c> too; null takes all from there.
    /// </summary>
    public string? Device { get; init; }

    /// <summary>Train into a folder that holds a run already, replacing its files; otherwise a clash gets a suffix (-1, -2, …).</summary>
    public bool Force { get; init; }

    /// <summary>
    /// Goes on with the run in <see cref="OutputPath"/> from its last checkpoint, or begins it again where it has none yet.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>
    /// Leaves the run, to be gone on with later, when it has this many epochs in all, those before it was resumed included;
    /// null trains to its end.
    /// </summary>
    public int? StopAfterEpochs { get; init; }

    /// <summary>The folder that relative paths of the configuration start from; null means the process's current one.</summary>
    public string? BasePath { get; init; }
}
