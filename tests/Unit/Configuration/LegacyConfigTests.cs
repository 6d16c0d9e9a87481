using System.Collections.Specialized;
using SleapNn.Configuration;

namespace SleapNn.Tests.Configuration;

/// <summary>What is converted from SLEAP 1.x agrees key by key with what sleap-nn 0.3.3 makes of it.</summary>
public sealed class LegacyConfigTests
{
    /// <summary>Keys in which the two differ on purpose, each with both values and why.</summary>
    private static readonly (string Path, object? Ours, object? Theirs)[] Deliberate =
    [
        // Left out by the old files, so the guide's default stands.
        ("sleap_nn_version", "0.0.1", "0.3.3"),
        ("trainer_config.trainer_devices", "auto", null),
        ("trainer_config.seed", 0, 42),
        ("data_config.train_labels_path", new List<object?>(), null),
        ("model_config.head_configs.centered_instance.confmaps.loss_weight", null, 1.0),
        ("trainer_config.ckpt_dir", null, "."),
        // The old file says rotate: false or scale: false. sleap-nn 0.3.3 turns and scales nevertheless, by its new default.
        ("data_config.augmentation_config.geometric.rotation_p", 0.0, 1.0),
        ("data_config.augmentation_config.geometric.scale_p", 0.0, 1.0),
        // The old file says publish_updates: false and subscribe_to_controller: false.
        ("trainer_config.zmq.publish_port", null, 9001),
        ("trainer_config.zmq.controller_port", null, 9000),
    ];

    // sleap-nn keeps the prefix of a run's name only, and so loses the name.
    private static bool IsDeliberate(string path, object? ours, object? theirs) =>
        (path == "trainer_config.run_name" && ours is string && theirs is null)
        || Deliberate.Any(item => item.Path == path && ConfigMap.AreEqual(item.Ours, ours) && ConfigMap.AreEqual(item.Theirs, theirs));

    public static TheoryData<string, string> Files()
    {
        var files = new TheoryData<string, string>();
        if (SharedData.Root is null)
        {
            files.Add("", "");
            return files;
        }

        foreach (var path in Directory.GetFiles(SharedData.PathTo("data", "legacy_configs"), "*.json").Order())
        {
            files.Add(Path.GetRelativePath(SharedData.Root, path), $"legacy_legacy_sleap_json_configs__{Path.GetFileNameWithoutExtension(path)}.yaml");
        }

        foreach (var path in Directory.GetFiles(SharedData.PathTo("data", "legacy_models"), "*_config.json", SearchOption.AllDirectories).Order())
        {
            files.Add(Path.GetRelativePath(SharedData.Root, path), $"legacy_{Path.GetFileName(Path.GetDirectoryName(path))}__{Path.GetFileNameWithoutExtension(path)}.yaml");
        }

        return files;
    }

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void A_file_agrees_with_what_sleap_nn_makes_of_it(string file, string reference)
    {
        var config = LegacyConfig.Load(SharedData.PathTo(file));
        Assert.NotNull(config.ModelConfig.BackboneConfig.Unet);
        Assert.NotEmpty(config.ModelConfig.HeadConfigs.GetActiveLayers());
        var path = SharedData.PathTo("reference", "config", reference);
        if (!File.Exists(path))
        {
            return;
        }

        var ours = ConfigMap.Flatten(ConfigMap.Of(config));
        var theirs = ConfigMap.Flatten((OrderedDictionary)YamlScalars.ToPlain(YamlTree.Read(File.ReadAllText(path), path)!)!);
        var wrong = theirs.Keys.Cast<string>()
            .Where(key => ours.Contains(key) && !ConfigMap.AreEqual(ours[key], theirs[key]) && !IsDeliberate(key, ours[key], theirs[key]))
            .Select(key => $"{key}: {ConfigValue.Show(ours[key])} here, {ConfigValue.Show(theirs[key])} in sleap-nn")
            .ToList();
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }
}
