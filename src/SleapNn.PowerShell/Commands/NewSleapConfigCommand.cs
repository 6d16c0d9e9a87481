using System.Collections;
using System.Management.Automation;
using SleapNn.Configuration;
using SleapNn.LabelFiles;
using SleapNn.Recommendation;
using SleapNn.Runtime;

namespace SleapNn.PowerShell.Commands;

/// <summary>Makes a configuration.</summary>
[Cmdlet(VerbsCommon.New, "SleapConfig", DefaultParameterSetName = "Named")]
[OutputType(typeof(SleapConfig))]
public sealed class NewSleapConfigCommand : SleapCmdlet
{
    /// <summary>The labels files to train on.</summary>
    [Parameter(Position = 0, ParameterSetName = "Named")]
    [Parameter(Position = 0, ParameterSetName = "Auto", Mandatory = true)]
    [Alias("FromLabels")]
    [SupportsWildcards]
    public string[]? LabelsPath { get; set; }

    /// <summary>Chooses by the data and the device what no parameter says.</summary>
    [Parameter(ParameterSetName = "Auto", Mandatory = true)]
    public SwitchParameter Auto { get; set; }

    /// <summary>The device whose memory counts.</summary>
    [Parameter(ParameterSetName = "Auto")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    public string Device { get; set; } = "auto";

    /// <summary>The labels files to validate with.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[]? ValidationLabelsPath { get; set; }

    /// <summary>What the model predicts.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(HeadCompleter))]
    public string? Head { get; set; }

    /// <summary>The kind of backbone.</summary>
    [Parameter]
    [ValidateSet("unet", "convnext", "swint")]
    public string? Backbone { get; set; }

    /// <summary>A ready-made backbone.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(BackboneCompleter))]
    public string? Preset { get; set; }

    /// <summary>The largest number of epochs.</summary>
    [Parameter]
    public int MaxEpochs { get; set; }

    /// <summary>The number of samples in a batch.</summary>
    [Parameter]
    public int BatchSize { get; set; }

    /// <summary>The learning rate.</summary>
    [Parameter]
    public double LearningRate { get; set; }

    /// <summary>The optimizer.</summary>
    [Parameter]
    [ValidateSet("Adam", "AdamW")]
    public string? Optimizer { get; set; }

    /// <summary>The folder in which the run's folder is made.</summary>
    [Parameter]
    public string? OutputPath { get; set; }

    /// <summary>The name of the run and of its folder.</summary>
    [Parameter]
    public string? RunName { get; set; }

    /// <summary>The factor by which images are resized.</summary>
    [Parameter]
    public double Scale { get; set; }

    /// <summary>The spread of confidence maps in pixels.</summary>
    [Parameter]
    public double Sigma { get; set; }

    /// <summary>The stride of the head's outputs.</summary>
    [Parameter]
    public int OutputStride { get; set; }

    /// <summary>The side in pixels of crops.</summary>
    [Parameter]
    public int CropSize { get; set; }

    /// <summary>The node that stands for an animal's place.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NodeCompleter))]
    public string? AnchorPart { get; set; }

    /// <summary>The part of the labeled frames that is kept for validation.</summary>
    [Parameter]
    public double ValidationFraction { get; set; }

    /// <summary>The seed of everything that is random.</summary>
    [Parameter]
    public int Seed { get; set; }

    /// <summary>The kind of device.</summary>
    [Parameter]
    [ValidateSet("auto", "cpu", "gpu", "mps")]
    public string? Accelerator { get; set; }

    /// <summary>Leaves training images as they are.</summary>
    [Parameter]
    public SwitchParameter NoAugmentation { get; set; }

    /// <summary>A name for the experiment.</summary>
    [Parameter]
    public string? Name { get; set; }

    /// <summary>What the experiment is about.</summary>
    [Parameter]
    public string? Description { get; set; }

    /// <summary>Any other values by dotted path.</summary>
    [Parameter]
    [ConfigTableTransformation]
    public ConfigTable? Values { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        var config = ConfigPresets.Start();
        var labels = SetData(config);
        if (!Auto)
        {
            SetModel(config, labels);
            WriteObject(Complete(config, labels));
            return;
        }

        RequirePresetOfBackbone();
        var device = DeviceMemory.Of(Device);
        var statistics = DataStatistics.Of(
            [labels!, .. config.DataConfig.TrainLabelsPath.Skip(1).Select(path => LabelsFile.Load(path))],
            config.DataConfig,
            (video, error) => WriteVerbose($"The size of '{video}' is not known: {error.Message}"));
        foreach (var made in AutoConfig.Make(config, statistics, device, Given()))
        {
            foreach (var choice in made.Choices)
            {
                WriteVerbose(choice.ToString());
            }

            var complete = Complete(made, labels);
            if (RunName is not null && Head is null && made.ModelConfig.HeadConfigs is { Centroid: not null } or { CenteredInstance: not null } or { MultiClassTopdown: not null })
            {
                complete.TrainerConfig.RunName = $"{RunName}.{made.ModelConfig.HeadConfigs.GetActiveName()}";
            }

            WriteObject(complete);
        }
    }

    private AutoGiven Given() => new()
    {
        Head = Head,
        Preset = Preset ?? Backbone,
        Scale = IfBound(nameof(Scale), Scale),
        Sigma = IfBound(nameof(Sigma), Sigma),
        OutputStride = IfBound(nameof(OutputStride), OutputStride),
        CropSizePx = IfBound(nameof(CropSize), CropSize),
        BatchSize = IfBound(nameof(BatchSize), BatchSize),
        AnchorPart = AnchorPart,
    };

    private T? IfBound<T>(string parameter, T value)
        where T : struct => MyInvocation.BoundParameters.ContainsKey(parameter) ? value : null;

    private SleapConfig Complete(SleapConfig config, SleapLabels? labels)
    {
        SetNamed(config);
        if (labels is not null)
        {
            // What was chosen by all files stays.
            var crop = config.DataConfig.Preprocessing.CropHw;
            LabelsDefaults.Apply(config, labels);
            config.DataConfig.Preprocessing.CropHw = crop ?? config.DataConfig.Preprocessing.CropHw;
        }

        if (MyInvocation.BoundParameters.ContainsKey(nameof(CropSize)))
        {
            ConfigPath.Set(config, "data_config.preprocessing.crop_size", CropSize);
        }

        if (Values is not null)
        {
            ConfigPath.SetAll(config, (IDictionary)PlainValues.Of(Values)!);
        }

        return config;
    }

    private SleapLabels? SetData(SleapConfig config)
    {
        if (ValidationLabelsPath is not null)
        {
            config.DataConfig.ValLabelsPath = [.. Existing(ValidationLabelsPath)];
        }

        if (NoAugmentation)
        {
            config.DataConfig.UseAugmentationsTrain = false;
            config.DataConfig.AugmentationConfig = null;
        }

        if (LabelsPath is null)
        {
            return null;
        }

        config.DataConfig.TrainLabelsPath = [.. Existing(LabelsPath)];
        return LabelsFile.Load(config.DataConfig.TrainLabelsPath[0]);
    }

    // A configuration without some of the labels that were asked for would be worse than none.
    private IEnumerable<string> Existing(string[] paths) =>
        paths.SelectMany(path => PathResolver.Existing(SessionState, path, literal: false));

    private void RequirePresetOfBackbone()
    {
        if (Preset is not null && Backbone is not null && !Preset.StartsWith(Backbone, StringComparison.OrdinalIgnoreCase))
        {
            throw new ConfigException("PresetNotOfBackbone", $"The preset '{Preset}' is not a {Backbone}. Leave -Backbone out, or choose another preset.", Preset);
        }
    }

    private void SetModel(SleapConfig config, SleapLabels? labels)
    {
        RequirePresetOfBackbone();
        var head = Head ?? (labels is null ? "single_instance" : LabelsDefaults.HeadFor(labels));
        if (Head is null)
        {
            WriteVerbose(labels is null ? $"No head was asked for: {head} is taken." : $"The labels suggest the head {head}.");
        }

        ConfigPresets.SetBackbone(config, Preset ?? Backbone ?? "unet");
        ConfigPresets.SetHead(config, head);
        var backbone = config.ModelConfig.BackboneConfig.GetActive()!;
        if (!MyInvocation.BoundParameters.ContainsKey(nameof(OutputStride)))
        {
            OutputStride = 2;
        }

        foreach (var (name, layer) in config.ModelConfig.HeadConfigs.GetActiveLayers())
        {
            layer.OutputStride = name == "class_vectors" ? backbone.MaxStride : OutputStride;
        }

        backbone.OutputStride = OutputStride;
    }

    private void SetNamed(SleapConfig config)
    {
        var head = $"model_config.head_configs.{config.ModelConfig.HeadConfigs.GetActiveName()}";
        Set(config, nameof(MaxEpochs), MaxEpochs, "trainer_config.max_epochs");
        Set(config, nameof(BatchSize), BatchSize, "trainer_config.train_data_loader.batch_size", "trainer_config.val_data_loader.batch_size");
        Set(config, nameof(LearningRate), LearningRate, "trainer_config.optimizer.lr");
        Set(config, nameof(Optimizer), Optimizer, "trainer_config.optimizer_name");
        Set(config, nameof(OutputPath), OutputPath is null ? null : ResolveOutputPath(OutputPath), "trainer_config.ckpt_dir");
        Set(config, nameof(RunName), RunName, "trainer_config.run_name");
        Set(config, nameof(Scale), Scale, "data_config.preprocessing.scale");
        Set(config, nameof(Sigma), Sigma, $"{head}.confmaps.sigma");
        Set(config, nameof(ValidationFraction), ValidationFraction, "data_config.validation_fraction");
        Set(config, nameof(Seed), Seed, "trainer_config.seed");
        Set(config, nameof(Accelerator), Accelerator, "trainer_config.trainer_accelerator");
        Set(config, nameof(Name), Name, "name");
        Set(config, nameof(Description), Description, "description");
        if (AnchorPart is not null)
        {
            if (!ConfigPath.GetChildren($"{head}.confmaps").Contains("anchor_part"))
            {
                throw new ConfigException("HeadWithoutAnchor", $"The head {config.ModelConfig.HeadConfigs.GetActiveName()} has no anchor part; centroid, centered_instance and multi_class_topdown have one.", AnchorPart);
            }

            ConfigPath.Set(config, $"{head}.confmaps.anchor_part", AnchorPart);
        }
    }

    private void Set(SleapConfig config, string parameter, object? value, params string[] paths)
    {
        if (MyInvocation.BoundParameters.ContainsKey(parameter))
        {
            foreach (var path in paths)
            {
                ConfigPath.Set(config, path, value);
            }
        }
    }
}
