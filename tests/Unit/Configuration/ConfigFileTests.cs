using System.Text;
using CsCheck;
using SleapNn.Configuration;

namespace SleapNn.Tests.Configuration;

/// <summary>Faults of files, and what is written.</summary>
public sealed class ConfigFileTests : IDisposable
{
    private const string Model = "model_config:\n  backbone_config:\n    unet: {}\n  head_configs:\n    centroid:\n      confmaps: {sigma: 2}\n";

    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-config-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("trainer_config:\n  max_epoch: 3\n", "ConfigKeyUnknown", "line 2: there is no key 'max_epoch' in trainer_config. Did you mean 'max_epochs'?")]
    [InlineData("trainer_confg:\n  max_epochs: 3\n", "ConfigKeyUnknown", "Did you mean 'trainer_config'?")]
    [InlineData("max_epochs: 3\n", "ConfigKeyUnknown", "It belongs in another section: trainer_config.max_epochs")]
    [InlineData("trainer_config:\n  seed: 1\n  max_epochs: many\n", "ConfigValueNotAllowed", "line 3: max_epochs takes a whole number at least 1; 'many' was given")]
    [InlineData("trainer_config:\n  max_epochs: 1.5\n", "ConfigValueNotAllowed", "1.5 was given")]
    [InlineData("trainer_config:\n  max_epochs: true\n", "ConfigValueNotAllowed", "true was given")]
    [InlineData("trainer_config:\n  max_epochs: 99999999999\n", "ConfigValueNotAllowed", "max_epochs")]
    [InlineData("trainer_config:\n  use_wandb: maybe\n", "ConfigValueNotAllowed", "use_wandb takes true or false")]
    [InlineData("trainer_config:\n  optimizer: 3\n", "ConfigValueNotAllowed", "optimizer takes a section")]
    [InlineData("trainer_config:\n  optimizer_name: SGD\n", "ConfigValueNotAllowed", "one of Adam, AdamW")]
    [InlineData("data_config:\n  validation_fraction: 1.5\n", "ConfigValueNotAllowed", "at least 0 and at most 1")]
    [InlineData("data_config:\n  train_labels_path: {a: b}\n", "ConfigValueNotAllowed", "a list of texts")]
    [InlineData("data_config:\n  preprocessing:\n    crop_hw: [1, 2, 3]\n", "ConfigValueNotAllowed", "two whole numbers")]
    [InlineData("data_config:\n  preprocessing:\n    scale: .nan\n", "ConfigValueNotAllowed", "scale takes")]
    [InlineData("data_config:\n  preprocessing:\n    crop_hw: [64, 64]\n    crop_size: 32\n", "ConfigKeysDisagree", "mean the same")]
    [InlineData("data_config:\n  cache_img_path: ${oc.env:HOME}\n", "ConfigInterpolation", "interpolation")]
    [InlineData("data_config:\n  cache_img_path: ???\n", "ConfigValueMissing", "still to be given")]
    [InlineData("data_config: [1, 2\n", "ConfigYamlInvalid", "not valid YAML")]
    [InlineData("data_config:\n  provider: LabelsReader\n  provider: LabelsReader\n", "ConfigYamlInvalid", "line 3, column 3: the key 'provider' occurs twice")]
    [InlineData("data_config: !!python/object:os.system {}\n", "ConfigYamlInvalid", "tag")]
    [InlineData("data_config: *nothing\n", "ConfigYamlInvalid", "anchor 'nothing'")]
    [InlineData("name: a\n---\nname: b\n", "ConfigYamlInvalid", "second YAML document")]
    [InlineData("? [a, b]\n: c\n", "ConfigYamlInvalid", "a key must be a text")]
    [InlineData("- a\n- b\n", "ConfigYamlInvalid", "not a configuration")]
    [InlineData("", "ConfigEmpty", "is empty")]
    [InlineData("# nothing\n", "ConfigEmpty", "is empty")]
    [InlineData("{\"model\": {}, \"optimization\": {}}", "ConfigIsLegacy", "Convert-SleapLegacyConfig")]
    [InlineData("name: x\n", "BackboneMissing", "no backbone is set")]
    [InlineData("model_config:\n  backbone_config:\n    unet: {}\n  head_configs:\n    centroid: null\n", "HeadMissing", "line 5: no head is set")]
    [InlineData("model_config:\n  backbone_config:\n    unet: {}\n    swint: {}\n", "ConfigSeveralSet", "line 4: model_config.backbone_config sets unet and swint")]
    [InlineData("model_config:\n  head_configs:\n    centroid: {}\n    bottomup: {}\n", "ConfigSeveralSet", "sets centroid and bottomup")]
    public void A_fault_names_the_line_and_what_is_right(string text, string errorId, string message)
    {
        var error = Assert.Throws<ConfigException>(() => ConfigFile.Parse(text, "config.yaml"));
        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("config.yaml", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_a_missing_file_and_bytes_are_refused()
    {
        Assert.Equal("ConfigIsDirectory", Assert.Throws<ConfigException>(() => ConfigFile.Load(folder)).ErrorId);
        Assert.Equal("ConfigNotFound", Assert.Throws<ConfigException>(() => ConfigFile.Load(Path.Combine(folder, "none.yaml"))).ErrorId);
        var bytes = Path.Combine(folder, "bytes.yaml");
        File.WriteAllBytes(bytes, [0xff, 0xd8, 0xff, 0xe0, 0x80, 0x81]);
        Assert.Equal("ConfigYamlInvalid", Assert.Throws<ConfigException>(() => ConfigFile.Load(bytes)).ErrorId);
    }

    [Fact]
    public void Deep_and_multiplied_values_are_refused_in_time()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 100_000));
        Assert.Equal("ConfigYamlInvalid", Assert.Throws<ConfigException>(() => ConfigFile.Parse(deep)).ErrorId);
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++)
        {
            text.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        Assert.Contains("more than", Assert.Throws<ConfigException>(() => ConfigFile.Parse(text.ToString())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Anchors_and_merged_sections_are_read()
    {
        var config = ConfigFile.Parse(Model + "trainer_config:\n  train_data_loader: &loader\n    batch_size: 8\n    shuffle: true\n  val_data_loader:\n    <<: *loader\n    shuffle: false\n");
        Assert.Equal(8, config.TrainerConfig.ValDataLoader.BatchSize);
        Assert.False(config.TrainerConfig.ValDataLoader.Shuffle);
    }

    [Fact]
    public void Newer_keys_without_effect_are_carried_and_reported()
    {
        var config = ConfigFile.Parse("""
            model_config:
              backbone_config: {unet: {}}
              head_configs:
                bottomup_segmentation: {segmentation: {output_stride: 2, dice_weight: 0.7}}
            data_config:
              preprocessing: {tiling: {enabled: true, blend: gaussian, tile_size: null}}
            """);
        var again = ConfigFile.Parse(ConfigFile.ToYaml(config.DeepCopy()));
        Assert.Empty(ConfigComparer.Compare(config, again));
        Assert.Contains("dice_weight: 0.7", ConfigFile.ToYaml(again), StringComparison.Ordinal);
        var findings = ConfigValidator.Validate(config);
        Assert.Contains(findings, finding => finding.Path == "data_config.preprocessing.tiling" && finding.Severity == FindingSeverity.Warning);
        Assert.Contains(findings, finding => finding.Path == "model_config.head_configs.bottomup_segmentation" && finding.Severity == FindingSeverity.Error);
    }

    [Fact]
    public void The_guides_forms_are_written_in_the_forms_that_newer_versions_read()
    {
        var config = ConfigFile.Parse(Model + "data_config:\n  preprocessing: {crop_hw: [96, 96]}\ntrainer_config:\n  save_ckpt_path: models/first\n  zmq: {publish_address: 'tcp://127.0.0.1:9001', controller_address: 'tcp://10.0.0.1:9000'}\n");
        var text = ConfigFile.ToYaml(config);
        Assert.Contains("crop_size: 96\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("crop_hw", text, StringComparison.Ordinal);
        Assert.Contains("ckpt_dir: models\n", text, StringComparison.Ordinal);
        Assert.Contains("run_name: first\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("save_ckpt_path", text, StringComparison.Ordinal);
        Assert.Contains("publish_port: 9001\n", text, StringComparison.Ordinal);
        Assert.Contains("controller_address: 'tcp://10.0.0.1:9000'\n", text, StringComparison.Ordinal);
        Assert.Empty(ConfigComparer.Compare(config, ConfigFile.Parse(text)));
        Assert.Equal("models/first", ConfigFile.Parse(text).TrainerConfig.SaveCkptPath);
    }

    [Fact]
    public void An_api_key_is_not_written()
    {
        var config = ConfigFile.Parse(Model);
        config.TrainerConfig.Wandb.ApiKey = "secret";
        Assert.Equal("secret", config.DeepCopy().TrainerConfig.Wandb.RevealApiKey());
        config.TrainerConfig.Wandb.ApiKey = config.TrainerConfig.Wandb.ApiKey;
        Assert.Equal("secret", config.TrainerConfig.Wandb.RevealApiKey());
        var path = Path.Combine(folder, "saved.yaml");
        ConfigFile.Save(config, path);
        Assert.DoesNotContain("secret", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Null(ConfigFile.Load(path).TrainerConfig.Wandb.RevealApiKey());
    }

    [Fact]
    public void Any_text_survives_a_file()
    {
        Gen.String.Sample(text =>
        {
            // Lone surrogates are no text; a null and a byte order mark are not allowed in YAML.
            if (text.Any(c => char.IsSurrogate(c) || c is '\0' or '\ufeff' or '\ufffe' or '\uffff') || text.Contains("${", StringComparison.Ordinal))
            {
                return;
            }

            var config = ConfigFile.Parse(Model);
            config.Description = text;
            config.ModelConfig.HeadConfigs.Centroid!.Confmaps.AnchorPart = text.Length > 0 ? text : null;
            var again = ConfigFile.Parse(ConfigFile.ToYaml(config));
            Assert.Equal(text, again.Description);
            Assert.Equal(config.ModelConfig.HeadConfigs.Centroid.Confmaps.AnchorPart, again.ModelConfig.HeadConfigs.Centroid!.Confmaps.AnchorPart);
        });
        foreach (var text in new[] { "null", "yes", "007", "1e5", "0x1f", "12:30:45", "2024-01-01", "- a", "a: b", "a #b", "'", "\"", " x ", "x\ny\t", "~", "y", "C:\\data\\x", "???", "<<", ".5", "é" })
        {
            var config = ConfigFile.Parse(Model);
            config.Name = text;
            Assert.Equal(text, ConfigFile.Parse(ConfigFile.ToYaml(config)).Name);
        }
    }

    [Fact]
    public void Any_number_survives_a_file() => Gen.Double[1e-300, 1e300].Sample(number =>
    {
        var config = ConfigFile.Parse(Model);
        config.TrainerConfig.Optimizer.Lr = Math.Max(number, double.Epsilon);
        Assert.Equal(config.TrainerConfig.Optimizer.Lr, ConfigFile.Parse(ConfigFile.ToYaml(config)).TrainerConfig.Optimizer.Lr);
    });
}
