using System.Collections.Specialized;
using SleapNn.Configuration;

namespace SleapNn.Tests.Configuration;

/// <summary>What is read from sleap-nn's files agrees key by key with what sleap-nn 0.3.3 resolves from them.</summary>
public sealed class ConfigAgreementTests
{
    /// <summary>
    /// Where a file leaves a key out, the guide's default (0.0.1) stands here and a later one in sleap-nn 0.3.3.
    /// These are the keys of the files at hand for which the two differ, each with both values.
    /// </summary>
    private static readonly Dictionary<string, (object? Guide, object? Newer)> GuideDefaults = new()
    {
        // Null leaves these to affine_p, as the guide has it. 0.3.3 turns and scales with probability 1 even where a file says affine_p: 0.
        ["data_config.augmentation_config.geometric.rotation_p"] = (null, 1.0),
        ["data_config.augmentation_config.geometric.scale_p"] = (null, 1.0),
        // The version of the form a file has: the guide's where it does not say.
        ["sleap_nn_version"] = ("0.0.1", "0.3.3"),
        // Null counts as 1.
        ["model_config.head_configs.centered_instance.confmaps.loss_weight"] = (null, 1.0),
        ["model_config.head_configs.multi_class_topdown.confmaps.loss_weight"] = (null, 1.0),
    };

    /// <summary>Where the same thing is said in another way here, whether or not the file says it.</summary>
    private static bool SaysTheSame(string path, object? ours, object? theirs) => path switch
    {
        // The guide's default of the list is an empty list; null means the same.
        "data_config.train_labels_path" => ours is System.Collections.IList { Count: 0 } && theirs is null,
        // An empty text is no value where null is one: PowerShell makes no difference between the two.
        "trainer_config.wandb.wandb_mode" or "trainer_config.wandb.api_key" => ours is null && theirs is "",
        _ => false,
    };

    public static TheoryData<string, string> Files()
    {
        var files = new TheoryData<string, string>();
        if (SharedData.Root is null)
        {
            files.Add("", "");
            return files;
        }

        foreach (var path in Directory.GetFiles(SharedData.PathTo("data", "sample_configs"), "*.yaml").Order())
        {
            files.Add(Path.GetRelativePath(SharedData.Root, path), $"sample_{Path.GetFileName(path)}");
        }

        foreach (var path in Directory.GetFiles(SharedData.PathTo("data", "models"), "*_config.yaml", SearchOption.AllDirectories).Order())
        {
            files.Add(Path.GetRelativePath(SharedData.Root, path), $"ckpt_{Path.GetFileName(Path.GetDirectoryName(path))}__{Path.GetFileName(path)}");
        }

        return files;
    }

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void A_file_agrees_with_what_sleap_nn_resolves(string file, string reference)
    {
        var config = ConfigFile.Load(SharedData.PathTo(file));
        var referencePath = SharedData.PathTo("reference", "config", reference);
        if (!File.Exists(referencePath))
        {
            // Not every file has a recorded resolution: the file itself is the reference then.
            referencePath = SharedData.PathTo(file);
        }

        var given = PlainFile(SharedData.PathTo(file));
        AssertAgreement(ConfigMap.Flatten(ConfigMap.Of(config)), PlainFile(referencePath), given);
    }

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void A_file_survives_being_written_and_read_again(string file, string reference)
    {
        Assert.NotNull(reference);
        var config = ConfigFile.Load(SharedData.PathTo(file));
        var again = ConfigFile.Parse(ConfigFile.ToYaml(config));
        Assert.Empty(ConfigComparer.Compare(config, again));
        Assert.Empty(ConfigComparer.Compare(config, config.DeepCopy()));
        Assert.Equal(ConfigFile.ToYaml(config), ConfigFile.ToYaml(again));
    }

    [SharedFact]
    public void The_random_models_configurations_load()
    {
        foreach (var path in Directory.GetFiles(SharedData.PathTo("reference", "backbones"), "training_config.yaml", SearchOption.AllDirectories))
        {
            var config = ConfigFile.Load(path);
            Assert.NotNull(config.ModelConfig.BackboneConfig.GetActive());
            Assert.NotEmpty(config.ModelConfig.HeadConfigs.GetActiveLayers());
            AssertAgreement(ConfigMap.Flatten(ConfigMap.Of(config)), PlainFile(path), PlainFile(path));
        }
    }

    private static OrderedDictionary PlainFile(string path) =>
        ConfigMap.Flatten((OrderedDictionary)YamlScalars.ToPlain(YamlTree.Read(File.ReadAllText(path), path)!)!);

    private static void AssertAgreement(OrderedDictionary ours, OrderedDictionary theirs, OrderedDictionary given)
    {
        var wrong = new List<string>();
        var compared = 0;
        foreach (string path in theirs.Keys)
        {
            if (!ours.Contains(path))
            {
                continue;
            }

            compared++;
            if (ConfigMap.AreEqual(ours[path], theirs[path]) || SaysTheSame(path, ours[path], theirs[path]))
            {
                continue;
            }

            var deliberate = !given.Contains(path)
                && GuideDefaults.TryGetValue(path, out var pair)
                && ConfigMap.AreEqual(pair.Guide, ours[path]) && ConfigMap.AreEqual(pair.Newer, theirs[path]);
            if (!deliberate)
            {
                wrong.Add($"{path}: {ConfigValue.Show(ours[path])} here, {ConfigValue.Show(theirs[path])} in sleap-nn");
            }
        }

        Assert.True(compared > 20, $"Only {compared} keys were compared.");
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }
}
