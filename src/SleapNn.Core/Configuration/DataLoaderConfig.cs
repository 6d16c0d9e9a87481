namespace SleapNn.Configuration;

/// <summary>How samples are put into batches (<c>train_data_loader</c>, <c>val_data_loader</c>).</summary>
public sealed class DataLoaderConfig : ConfigNode
{
    /// <summary>The number of samples in a batch. Default: 1.</summary>
    [ConfigKey(Min = 1)]
    public int BatchSize { get; set => field = Checked(value); } = 1;

    /// <summary>Draw a new order in every epoch. Default: false.</summary>
    public bool Shuffle { get; set => field = Checked(value); }

    /// <summary>The number of threads that prepare samples in the background; 0 prepares them in turn. Default: 0.</summary>
    [ConfigKey(Min = 0)]
    public int NumWorkers { get; set => field = Checked(value); }
}
