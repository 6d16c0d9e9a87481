using System.Diagnostics.CodeAnalysis;

namespace SleapNn.Configuration;

/// <summary>The data to train on and what is done to them first (<c>data_config</c>).</summary>
public sealed class DataConfig : ConfigNode
{
    /// <summary>The labels files (<c>.slp</c>) to train on. Default: none.</summary>
    [AllowNull]
    public List<string> TrainLabelsPath { get; set => field = Checked(value ?? []); } = [];

    /// <summary>The labels files (<c>.slp</c>) to validate with; null takes a part of the training data. Default: null.</summary>
    public List<string>? ValLabelsPath { get; set => field = Checked(value); }

    /// <summary>The part of the labeled frames that is kept for validation where no validation files are given. Default: 0.1. From 0 to 1.</summary>
    [ConfigKey(Min = 0, Max = 1)]
    public double ValidationFraction { get; set => field = Checked(value); } = 0.1;

    /// <summary>Validate with the training data themselves, to overfit a small data set on purpose. Default: false.</summary>
    [ConfigKey(Since = "0.1.0")]
    public bool UseSameDataForVal { get; set => field = Checked(value); }

    /// <summary>Labels or videos to evaluate on once training is done. Default: null.</summary>
    [ConfigKey(OneAsText = true)]
    public List<string>? TestFilePath { get; set => field = Checked(value); }

    /// <summary>The reader of the labels. Default and only value: LabelsReader.</summary>
    [ConfigKey("LabelsReader")]
    public string Provider { get; set => field = Checked(value); } = "LabelsReader";

    /// <summary>Train on instances that a person labeled only; false uses predicted ones too. Default: true.</summary>
    public bool UserInstancesOnly { get; set => field = Checked(value); } = true;

    /// <summary>Where decoded frames are kept between epochs: nowhere (torch_dataset), in memory (torch_dataset_cache_img_memory), or as files (torch_dataset_cache_img_disk). Default: torch_dataset (nowhere).</summary>
    [ConfigKey("torch_dataset", "torch_dataset_cache_img_memory", "torch_dataset_cache_img_disk")]
    public string DataPipelineFw { get; set => field = Checked(value); } = "torch_dataset";

    /// <summary>The folder of the cached images when they are kept as files; null means the run's folder. Default: null.</summary>
    public string? CacheImgPath { get; set => field = Checked(value); }

    /// <summary>Use the images that an earlier run left in the cache folder. Default: false.</summary>
    public bool UseExistingImgs { get; set => field = Checked(value); }

    /// <summary>Delete the cached image files when training is done. Default: true.</summary>
    public bool DeleteCacheImgsAfterTraining { get; set => field = Checked(value); } = true;

    /// <summary>Fill the cache on several threads. Default: true.</summary>
    [ConfigKey(Since = "0.1.0")]
    public bool ParallelCaching { get; set => field = Checked(value); } = true;

    /// <summary>The number of threads that fill the cache; 0 means up to four. Default: 0.</summary>
    [ConfigKey(Min = 0, Since = "0.1.0")]
    public int CacheWorkers { get; set => field = Checked(value); }

    /// <summary>What is done to every image before the model sees it.</summary>
    public PreprocessingConfig Preprocessing { get; set => field = Checked(value); } = new();

    /// <summary>Vary the training images at random. Default: false.</summary>
    public bool UseAugmentationsTrain { get; set => field = Checked(value); }

    /// <summary>How the training images are varied; has an effect only with <see cref="UseAugmentationsTrain"/>. Default: null.</summary>
    public AugmentationConfig? AugmentationConfig { get; set => field = Checked(value); }

    /// <summary>Train also on frames that a person marked as empty. Default: false.</summary>
    [ConfigKey(Since = "0.1.3")]
    public bool UseNegativeFrames { get; set => field = Checked(value); }

    /// <summary>The weight of an empty frame in the loss. Default: 1. Greater than 0.</summary>
    [ConfigKey(Above = 0, Since = "0.1.3")]
    public double NegativeLossWeight { get; set => field = Checked(value); } = 1.0;

    /// <summary>The skeletons of the training labels, written when training starts. Default: null.</summary>
    public List<Skeleton>? Skeletons { get; set => field = Checked(value); }
}
