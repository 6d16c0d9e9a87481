using System.Management.Automation;
using SleapNn.Configuration;

namespace SleapNn.Tests.Module;

/// <summary>The configuration cmdlets in a runspace, as a user types them.</summary>
public sealed class ConfigCommandTests : IClassFixture<ModuleFixture>, IDisposable
{
    private readonly ModuleFixture module;
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-config-").FullName;

    public ConfigCommandTests(ModuleFixture module)
    {
        this.module = module;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_configuration_from_data_says_why()
    {
        var made = module.Invoke("""
            $demo = New-SleapDemoDataset $folder/demo -Frames 4
            $c = New-SleapConfig -FromLabels $demo.TrainPath -Auto -Device cpu -MaxEpochs 3 -Verbose
            $c
            $c.Choices | Out-String -Width 160
            ($c | Show-SleapConfig -Plain) -match 'max_stride: '
            @(Compare-SleapConfig $c ($c | Show-SleapConfig -Plain | Out-String | Import-SleapConfig)).Count
            New-SleapConfig $demo.TrainPath -Auto -Device cpu -Head centered_instance -RunName fly -CropSize 64 -Scale 0.5
            """, new { folder }).Succeeded();
        var output = made.Output.Select(item => item.BaseObject).SkipWhile(item => item is not SleapConfig).ToList();
        var config = (SleapConfig)output[0];
        Assert.Equal(("single_instance", 3), (config.ModelConfig.HeadConfigs.GetActiveName(), config.TrainerConfig.MaxEpochs));
        Assert.Contains(config.Choices, choice => choice is { Key: "model_config.head_configs", Value: "single_instance", Reason: "no frame has more than one animal" });
        Assert.Contains(made.Verbose, text => text.StartsWith("model_config.head_configs = ", StringComparison.Ordinal));
        Assert.Matches("single_instance +no frame has more", output[1].ToString());
        Assert.Contains("the network sees", output[2].ToString());
        Assert.Equal(0, output[3]);
        var given = (SleapConfig)output[4];
        Assert.Equal(("fly", 64, 0.5), (given.TrainerConfig.RunName, given.DataConfig.Preprocessing.CropSize, given.DataConfig.Preprocessing.Scale));
        Assert.Equal("DeviceAbsent", module.Invoke("New-SleapConfig $folder/demo/train.pkg.slp -Auto -Device cuda:99", new { folder }).ErrorId);
    }

    [Fact]
    public void A_new_configuration_is_valid_and_survives_a_file()
    {
        var script = """
            $config = New-SleapConfig -Head bottomup -Preset unet_medium_rf -MaxEpochs 7 -LearningRate 0.01 -RunName one -Scale 0.5 -Seed 3 -BatchSize 2
            $config | Export-SleapConfig "$folder/a.yaml"
            $again = Import-SleapConfig "$folder/a.yaml"
            Compare-SleapConfig $config $again
            $again
            """;
        var config = module.RunSingle<SleapConfig>(script, new { folder });
        Assert.Equal("bottomup", config.ModelConfig.HeadConfigs.GetActiveName());
        Assert.Equal(32, config.ModelConfig.BackboneConfig.Unet!.Filters);
        Assert.Equal(7, config.TrainerConfig.MaxEpochs);
        Assert.Equal(0.01, config.TrainerConfig.Optimizer.Lr);
        Assert.Equal(2, config.TrainerConfig.ValDataLoader.BatchSize);
        Assert.Equal("one", config.TrainerConfig.RunName);
        Assert.Equal(0.5, config.DataConfig.Preprocessing.Scale);
        Assert.Equal(3, config.TrainerConfig.Seed);
        Assert.DoesNotContain(ConfigFindingsOf("New-SleapConfig"), finding => finding.Severity == FindingSeverity.Error);
    }

    [Theory]
    [InlineData("$c.trainer_config.max_epochs = 5; $c.TrainerConfig.MaxEpochs", 5)]
    [InlineData("$c.TrainerConfig.MaxEpochs = 6; $c.trainer_config.max_epochs", 6)]
    [InlineData("$c.trainer_config.optimizer.lr = 1; $c.TrainerConfig.Optimizer.Lr", 1.0)]
    [InlineData("$c.data_config.use_augmentations_train = $false; $c.DataConfig.UseAugmentationsTrain", false)]
    [InlineData("$c.data_config.train_labels_path = 'a.slp'; $c.DataConfig.TrainLabelsPath[0]", "a.slp")]
    [InlineData("$c.data_config.train_labels_path = 'a.slp', 'b.slp'; $c.DataConfig.TrainLabelsPath[1]", "b.slp")]
    [InlineData("$c.trainer_config.optimizer_name = 'adamw'; $c.TrainerConfig.OptimizerName", "AdamW")]
    [InlineData("$c.data_config.preprocessing.crop_hw = 64, 64; $c.DataConfig.Preprocessing.CropSize", 64)]
    [InlineData("$c.model_config.backbone_config.convnext = @{ ModelType = 'small' }; $c.ModelConfig.BackboneConfig.GetActiveName()", "convnext")]
    [InlineData("$c.trainer_config.run_name = 'x'; $c.trainer_config.run_name = $null; $null -eq $c.TrainerConfig.RunName", true)]
    [InlineData("$c.trainer_config.wandb.api_key = 'secret'; $c.TrainerConfig.Wandb.ApiKey", "********")]
    public void Values_are_set_at_the_prompt_under_either_name(string script, object expected) =>
        Assert.Equal(expected, Assert.Single(module.Run("$c = New-SleapConfig; " + script)));

    [Theory]
    [InlineData("$c.trainer_config.max_epochs = 'many'", "max_epochs takes a whole number at least 1")]
    [InlineData("$c.TrainerConfig.MaxEpochs = 2.7", "max_epochs takes a whole number at least 1; 2.7 was given")]
    [InlineData("$c.trainer_config.max_epochs = 0", "max_epochs takes")]
    [InlineData("$c.data_config.use_augmentations_train = 'perhaps'", "use_augmentations_train takes true or false")]
    [InlineData("$c.data_config.preprocessing.scale = -1", "scale takes a number greater than 0")]
    [InlineData("$c.trainer_config.optimizer_name = 'SGD'", "optimizer_name takes one of Adam, AdamW")]
    [InlineData("$c.trainer_config.trainer_devices = -3", "trainer_devices takes")]
    [InlineData("$c.data_config.preprocessing.crop_hw = 1, 2, 3", "crop_hw takes two whole numbers")]
    [InlineData("$c.trainer_config.nonsense = 1", "nonsense")]
    [InlineData("$c | Set-SleapConfig trainer_config.max_epoch 3", "Did you mean 'max_epochs'?")]
    [InlineData("$c | Set-SleapConfig @{ trainer_config = @{ max_epochs = 'x' } }", "trainer_config.max_epochs takes a whole number")]
    public void A_wrong_value_is_refused_at_the_prompt(string script, string message)
    {
        var result = module.Invoke("$ErrorActionPreference = 'Stop'; $c = New-SleapConfig; " + script);
        Assert.NotNull(result.Failure);
        Assert.Contains(message, result.Failure.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Set_takes_tables_and_changes_nothing_when_one_value_is_wrong()
    {
        var config = module.RunSingle<SleapConfig>("""
            $c = New-SleapConfig -MaxEpochs 9
            $null = $c | Set-SleapConfig @{ 'TrainerConfig.Optimizer' = @{ lr = 0.5; amsgrad = $true }; data_config = @{ validation_fraction = 0.25 } }
            try { $c | Set-SleapConfig @{ 'trainer_config.max_epochs' = 3; 'trainer_config.seed' = 'x' } -ErrorAction Stop } catch { }
            $c
            """);
        Assert.Equal(0.5, config.TrainerConfig.Optimizer.Lr);
        Assert.True(config.TrainerConfig.Optimizer.Amsgrad);
        Assert.Equal(0.25, config.DataConfig.ValidationFraction);
        Assert.Equal(9, config.TrainerConfig.MaxEpochs);
    }

    [Theory]
    [InlineData("$d = $c.DeepCopy()")]
    [InlineData("$d = $c.Clone()")]
    [InlineData("$d = $c.PSObject.Copy()")]
    [InlineData("$d = New-SleapConfig; $d.trainer_config = $c.trainer_config; $d.data_config = $c.data_config")]
    [InlineData("$d = New-SleapConfig; $d.TrainerConfig.Optimizer = $c.TrainerConfig.Optimizer; $d.data_config.train_labels_path = $c.data_config.train_labels_path")]
    [InlineData("$d = New-SleapConfig; $null = $d | Set-SleapConfig @{ trainer_config = $c.trainer_config; data_config = $c.data_config }")]
    public void Copies_are_deep(string copy) =>
        Assert.Equal("0.5 2", Assert.Single(module.Run($$"""
            $c = New-SleapConfig -LearningRate 0.5
            $c.data_config.train_labels_path = 'a.slp', 'b.slp'
            {{copy}}
            $d.trainer_config.optimizer.lr = 0.25
            $d.data_config.train_labels_path.Add('c.slp')
            "$($c.trainer_config.optimizer.lr) $($c.data_config.train_labels_path.Count)"
            """)));

    [Theory]
    [InlineData("$c.model_config.head_configs.centroid = @{}", "centroid")]
    [InlineData("$c.ModelConfig.HeadConfigs.Bottomup = @{ pafs = @{ output_stride = 4 } }", "bottomup")]
    [InlineData("$null = $c | Set-SleapConfig model_config.head_configs.multi_class_topdown.confmaps.sigma 3", "multi_class_topdown")]
    public void Choosing_a_head_clears_the_others(string choice, string expected) =>
        Assert.Equal([expected], module.Run($$"""
            $c = New-SleapConfig -Head single_instance
            {{choice}}
            $c.model_config.head_configs.GetKeyNames() | Where-Object { $null -ne $c.model_config.head_configs.$_ }
            """).Cast<string>());

    [Fact]
    public void A_text_of_one_line_is_yaml_too() =>
        Assert.Equal(3, Assert.Single(module.Run("('model_config: {backbone_config: {unet: {filters: 3}}, head_configs: {centroid: {}}}' | Import-SleapConfig).model_config.backbone_config.unet.filters")));

    [Fact]
    public void Paths_and_values_are_completed()
    {
        Assert.Equal(
            ["trainer_config.optimizer_name", "trainer_config.optimizer."],
            module.Run("$line = 'Set-SleapConfig trainer_config.opt'; [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText").Cast<string>());
        Assert.Equal(
            ["Adam", "AdamW"],
            module.Run("$line = 'Set-SleapConfig trainer_config.optimizer_name '; [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText").Cast<string>());
    }

    [Fact]
    public void Export_replaces_a_file_only_with_force_and_writes_nothing_with_what_if()
    {
        var result = module.Invoke("""
            $c = New-SleapConfig
            $c | Export-SleapConfig "$folder/none.yaml" -WhatIf
            $c | Export-SleapConfig "$folder/b.yaml"
            $c | Export-SleapConfig "$folder/b.yaml"
            $c | Export-SleapConfig "$folder/b.yaml" -Force -PassThru
            """, new { folder });
        Assert.False(File.Exists(Path.Combine(folder, "none.yaml")));
        Assert.Equal("ConfigFileExists", Assert.Single(result.Errors).FullyQualifiedErrorId.Split(',')[0]);
        Assert.IsType<SleapConfig>(Assert.Single(result.Output).BaseObject);
        Assert.Equal([Path.Combine(folder, "b.yaml")], Directory.GetFiles(folder));
    }

    [Fact]
    public void A_key_is_neither_shown_nor_saved()
    {
        var result = module.Invoke("""
            $c = New-SleapConfig
            $c.trainer_config.wandb.api_key = 'topsecret'
            $c | Export-SleapConfig "$folder/k.yaml"
            [string]$c.TrainerConfig.Wandb
            $c.TrainerConfig.Wandb.ApiKey
            $c.TrainerConfig.Wandb.GetValue('api_key')
            Compare-SleapConfig $c (New-SleapConfig) | ForEach-Object { "$($_.Reference) $($_.Difference)" }
            """, new { folder }).Succeeded();
        Assert.All(result.Output, text => Assert.DoesNotContain("topsecret", text.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain("topsecret", File.ReadAllText(Path.Combine(folder, "k.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_of_a_bad_file_are_findings_too()
    {
        File.WriteAllText(Path.Combine(folder, "bad.yaml"), "trainer_config:\n  max_epoch: 3\n");
        var finding = module.RunSingle<ConfigFinding>("Test-SleapConfig \"$folder/*.yaml\"", new { folder });
        Assert.Equal(FindingSeverity.Error, finding.Severity);
        Assert.Contains("line 2", finding.Message, StringComparison.Ordinal);
        Assert.False((bool)Assert.Single(module.Run("Test-SleapConfig \"$folder/bad.yaml\" -Quiet", new { folder })));
    }

    [Fact]
    public void Several_files_are_imported_and_the_broken_one_is_named()
    {
        File.WriteAllText(Path.Combine(folder, "1.yaml"), ConfigText);
        File.WriteAllText(Path.Combine(folder, "2.yaml"), "a: [");
        File.WriteAllText(Path.Combine(folder, "3.yaml"), ConfigText);
        var result = module.Invoke("Import-SleapConfig \"$folder/*.yaml\"", new { folder });
        Assert.Equal(2, result.Output.Count);
        Assert.Contains("2.yaml, line ", Assert.Single(result.Errors).Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Yaml_text_is_imported_as_a_parameter_and_from_the_pipeline()
    {
        Assert.Equal(2, module.Run("Import-SleapConfig -Yaml $text; $text | Import-SleapConfig", new { text = ConfigText }).Count);
    }

    [Fact]
    public void What_is_shown_by_default_leaves_out_the_aliases_and_the_hidden_keys()
    {
        var names = module.Run("(New-SleapConfig).TrainerConfig.PSStandardMembers.DefaultDisplayPropertySet.ReferencedPropertyNames").Cast<string>().ToList();
        Assert.Contains("MaxEpochs", names);
        Assert.DoesNotContain("max_epochs", names);
        Assert.DoesNotContain("Extra", module.Run("(New-SleapConfig).psobject.Properties.Name").Cast<string>());
        Assert.Equal("{lr: 0.0001, amsgrad: false}", Assert.Single(module.Run("(New-SleapConfig).TrainerConfig.Optimizer.ToString()")));
    }

    [SharedFact]
    public void Labels_decide_what_no_parameter_decides()
    {
        var path = SharedData.PathTo("data", "datasets", "minimal_instance.pkg.slp");
        var config = module.RunSingle<SleapConfig>("New-SleapConfig $path", new { path });
        Assert.Equal("bottomup", config.ModelConfig.HeadConfigs.GetActiveName());
        Assert.Equal(["A", "B"], config.ModelConfig.HeadConfigs.Bottomup!.Confmaps.PartNames);
        Assert.Equal(["A", "B"], Assert.Single(config.ModelConfig.HeadConfigs.Bottomup.Pafs.Edges!));
        var centered = module.RunSingle<SleapConfig>("New-SleapConfig $path -Head centered_instance -AnchorPart A", new { path });
        Assert.Equal(0, centered.DataConfig.Preprocessing.CropSize % 16);
        Assert.True(centered.DataConfig.Preprocessing.CropSize >= 100);
        Assert.Equal("A", centered.ModelConfig.HeadConfigs.CenteredInstance!.Confmaps.AnchorPart);
        var wrong = module.Invoke("New-SleapConfig $path -Head multi_class_topdown", new { path });
        Assert.Equal("LabelsWithoutTracks", Assert.Single(wrong.Errors).FullyQualifiedErrorId.Split(',')[0]);
    }

    [SharedFact]
    public void A_legacy_file_is_converted()
    {
        var path = SharedData.PathTo("data", "legacy_configs", "*.json");
        var configs = module.Run("Convert-SleapLegacyConfig $path -WarningAction SilentlyContinue", new { path });
        Assert.Equal(7, configs.Count);
        Assert.All(configs, config => Assert.NotNull(((SleapConfig)config).ModelConfig.BackboneConfig.Unet));
    }

    private const string ConfigText = "model_config:\n  backbone_config:\n    unet: {}\n  head_configs:\n    centroid:\n      confmaps: {sigma: 2}\n";

    private IEnumerable<ConfigFinding> ConfigFindingsOf(string script) =>
        module.Run($"{script} | Test-SleapConfig").Cast<ConfigFinding>();
}
