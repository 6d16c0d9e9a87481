using System.Collections;
using System.Collections.Specialized;
using SleapNn.Configuration;
using SleapNn.Sweeps;

namespace SleapNn.Tests.Sweeps;

public sealed class ConfigSweepTests
{
    private const string Lr = "trainer_config.optimizer.lr";
    private const string Filters = "model_config.backbone_config.unet.filters";

    [Fact]
    public void A_grid_has_all_combinations_in_order_and_named()
    {
        var variants = ConfigSweep.Grid(Config(), new OrderedDictionary { [Lr] = new[] { 0.001, 1e-5 }, [Filters] = new[] { 8, 16 } });

        Assert.Equal(["lr=0.001_filters=8", "lr=0.001_filters=16", "lr=1E-05_filters=8", "lr=1E-05_filters=16"], variants.Select(v => v.TrainerConfig.RunName));
        Assert.Equal([8, 16, 8, 16], variants.Select(v => v.ModelConfig.BackboneConfig.Unet!.Filters));
        Assert.Equal([0.001, 0.001, 1e-5, 1e-5], variants.Select(v => v.TrainerConfig.Optimizer.Lr));
    }

    [Fact]
    public void A_table_without_an_order_is_taken_in_alphabetical_order()
    {
        var variants = ConfigSweep.Grid(Config(), new Hashtable { ["TrainerConfig.Optimizer.Lr"] = 0.001, [Filters] = new[] { 8, 16 } });

        Assert.Equal(["filters=8_lr=0.001", "filters=16_lr=0.001"], variants.Select(v => v.TrainerConfig.RunName));
    }

    [Fact]
    public void Variants_share_nothing()
    {
        var config = Config();
        var variants = ConfigSweep.Grid(config, new Hashtable { [Lr] = new[] { 1.0, 2.0 } });
        variants[0].DataConfig.TrainLabelsPath.Add("x.slp");
        variants[0].ModelConfig.BackboneConfig.Unet!.Filters = 99;

        Assert.Empty(variants[1].DataConfig.TrainLabelsPath);
        Assert.Empty(config.DataConfig.TrainLabelsPath);
        Assert.NotEqual(99, variants[1].ModelConfig.BackboneConfig.Unet!.Filters);
        Assert.Null(config.TrainerConfig.RunName);
    }

    [Fact]
    public void A_name_that_was_given_comes_first_and_a_swept_name_stays()
    {
        var config = Config();
        config.TrainerConfig.RunName = "mice";

        Assert.Equal("mice_lr=1", Assert.Single(ConfigSweep.Grid(config, new Hashtable { [Lr] = 1.0 })).TrainerConfig.RunName);
        Assert.Equal(["a", "b"], ConfigSweep.Grid(config, new Hashtable { ["trainer_config.run_name"] = new[] { "a", "b" } }).Select(v => v.TrainerConfig.RunName));
    }

    [Fact]
    public void Names_tell_keys_of_the_same_name_apart_and_are_names_of_folders()
    {
        var table = new OrderedDictionary
        {
            ["model_config.head_configs.bottomup.confmaps.sigma"] = 2.5,
            ["model_config.head_configs.bottomup.pafs.sigma"] = 15.0,
            ["data_config.train_labels_path"] = new List<object?> { "/data/a [1].slp", "b:2.slp" },
        };

        Assert.Equal("confmaps.sigma=2.5_pafs.sigma=15_train_labels_path=a--1-.slp+b-2.slp", RunNames.Of(table));
        var longName = RunNames.Of(new OrderedDictionary { [Lr] = new string('x', 300) });
        Assert.Equal(100, longName.Length);
        Assert.NotEqual(longName, RunNames.Of(new OrderedDictionary { [Lr] = new string('x', 301) }));
    }

    [Fact]
    public void Values_with_the_same_name_give_runs_of_different_names()
    {
        var variants = ConfigSweep.Grid(Config(), new Hashtable { [Lr] = new[] { 0.5, 0.5 } });

        Assert.Equal(["lr=0.5", "lr=0.5_2"], variants.Select(v => v.TrainerConfig.RunName));
    }

    [Fact]
    public void A_list_makes_one_variant_a_table_and_clears_other_backbones()
    {
        var variants = ConfigSweep.List(Config(), [
            new Hashtable { ["model_config.backbone_config"] = new Hashtable { ["convnext"] = new Hashtable { ["model_type"] = "tiny" } } },
            new Hashtable { [Filters] = 4 },
        ]);

        Assert.Equal(["convnext", "unet"], variants.Select(v => v.ModelConfig.BackboneConfig.GetActiveName()));
        Assert.Null(variants[0].ModelConfig.BackboneConfig.Unet);
        Assert.Equal("model_type=tiny", variants[0].TrainerConfig.RunName);
    }

    [Fact]
    public void Draws_are_within_their_bounds_and_repeat_with_the_seed()
    {
        var from = new OrderedDictionary
        {
            [Lr] = "log-uniform(1e-5, 1e-2)",
            ["data_config.preprocessing.scale"] = "uniform(0.5, 1)",
            [Filters] = "int(4, 6)",
            ["trainer_config.train_data_loader.batch_size"] = "logint(1, 64)",
            ["trainer_config.optimizer_name"] = "choice(Adam, AdamW)",
            ["trainer_config.seed"] = new List<object?> { 1, 2, null },
        };
        var variants = ConfigSweep.Random(Config(), from, 300, seed: 5);

        Assert.Equal(300, variants.Count);
        Assert.All(variants, v => Assert.InRange(v.TrainerConfig.Optimizer.Lr, 1e-5, 1e-2));
        Assert.All(variants, v => Assert.InRange(v.DataConfig.Preprocessing.Scale, 0.5, 1));
        Assert.Equal([4, 5, 6], variants.Select(v => v.ModelConfig.BackboneConfig.Unet!.Filters).Distinct().Order());
        Assert.Equal(2, variants.Select(v => v.TrainerConfig.OptimizerName).Distinct().Count());
        Assert.Equal(3, variants.Select(v => v.TrainerConfig.Seed).Distinct().Count());

        // Each power of ten is as likely as another.
        Assert.InRange(variants.Count(v => v.TrainerConfig.Optimizer.Lr < 1e-4), 70, 130);
        Assert.Equal(Yaml(variants), Yaml(ConfigSweep.Random(Config(), from, 300, seed: 5)));
        Assert.NotEqual(Yaml(variants), Yaml(ConfigSweep.Random(Config(), from, 300, seed: 6)));
    }

    [Fact]
    public void The_first_draws_of_a_seed_never_change()
    {
        var variants = ConfigSweep.Random(Config(), new Hashtable { [Lr] = "loguniform(1e-5, 1e-2)" }, 3, seed: 1);

        // SplitMix64 of 1, its upper 53 bits over 2^53: computed on its own with Python's integers.
        double[] shares = [0.5665615751722809, 0.7457817572627011, 0.9710027535867962];
        Assert.Equal(shares.Select(s => (1e-5 * Math.Pow(1e3, s)).ToString("G4")), variants.Select(v => v.TrainerConfig.Optimizer.Lr.ToString("G4")));
    }

    [Fact]
    public void Variants_are_all_different_where_there_are_enough()
    {
        Assert.Equal(3, ConfigSweep.Random(Config(), new Hashtable { [Filters] = "int(4, 6)" }, 10, seed: 0).Count);
    }

    [Theory]
    [InlineData("trainer_config.optimizer.rate", 1.0, "ConfigKeyUnknown")]
    [InlineData(Lr, "fast", "ConfigValueNotAllowed")]
    [InlineData(Filters, 0, "ConfigValueNotAllowed")]
    public void Wrong_paths_and_values_have_the_errors_of_setting_them(string path, object value, string errorId)
    {
        Assert.Equal(errorId, Assert.Throws<ConfigException>(() => ConfigSweep.Grid(Config(), new Hashtable { [path] = new[] { value } })).ErrorId);
        Assert.Equal(
            Assert.Throws<ConfigException>(() => ConfigPath.SetAll(Config(), new Hashtable { [path] = value })).Message,
            Assert.Throws<ConfigException>(() => ConfigSweep.List(Config(), [new Hashtable { [path] = value }])).Message);
    }

    [Theory]
    [InlineData("gauss(0, 1)", "drawn from uniform")]
    [InlineData("0.1", "drawn from uniform")]
    [InlineData("uniform(1, 0)", "the lower one first")]
    [InlineData("uniform(1)", "two numbers")]
    [InlineData("uniform(nan, 1)", "two numbers")]
    [InlineData("loguniform(0, 1)", "above 0")]
    [InlineData("int(1.5, 3)", "whole numbers")]
    [InlineData("choice(a,,b)", "drawn from uniform")]
    public void A_distribution_that_makes_no_sense_is_refused(string text, string message)
    {
        var error = Assert.Throws<ConfigException>(() => ConfigSweep.Random(Config(), new Hashtable { [Lr] = text }, 1, 0));
        Assert.Equal("SweepDistribution", error.ErrorId);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_vary_a_key_given_twice_and_a_huge_grid_are_refused()
    {
        Assert.Equal("SweepEmpty", Assert.Throws<ConfigException>(() => ConfigSweep.Grid(Config(), new Hashtable())).ErrorId);
        Assert.Equal("SweepEmpty", Assert.Throws<ConfigException>(() => ConfigSweep.Grid(Config(), new Hashtable { [Lr] = Array.Empty<object>() })).ErrorId);
        Assert.Equal("SweepPathTwice", Assert.Throws<ConfigException>(() => ConfigSweep.Grid(Config(), new Hashtable { [Lr] = 1, ["TrainerConfig.Optimizer.Lr"] = 2 })).ErrorId);
        var many = Enumerable.Range(1, 1000).ToArray();
        Assert.Equal("SweepTooLarge", Assert.Throws<ConfigException>(() => ConfigSweep.Grid(Config(), new Hashtable { [Lr] = many, [Filters] = many })).ErrorId);
    }

    private static SleapConfig Config()
    {
        var config = new SleapConfig();
        config.ModelConfig.BackboneConfig.Unet = new UNetConfig();
        return config;
    }

    private static List<string> Yaml(IEnumerable<SleapConfig> configs) => [.. configs.Select(ConfigFile.ToYaml)];
}
