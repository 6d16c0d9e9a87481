namespace SleapNn.Configuration;

/// <summary>Fills a configuration from a YAML tree; each fault names the file, the line and the key.</summary>
internal sealed class ConfigReader(string name)
{
    /// <summary>Reads a whole configuration.</summary>
    public SleapConfig Read(YamlMap root)
    {
        if (root.Contains("model") && root.Contains("optimization") && !root.Contains("model_config"))
        {
            throw new ConfigException("ConfigIsLegacy", $"{name} is a configuration of SLEAP 1.x. Convert it with Convert-SleapLegacyConfig.", name);
        }

        var config = new SleapConfig();
        Fill(config, root, "");
        RequireModel(config.ModelConfig.BackboneConfig, root, "backbone_config", "backbone", "BackboneMissing");
        RequireModel(config.ModelConfig.HeadConfigs, root, "head_configs", "head", "HeadMissing");
        return config;
    }

    private void Fill(ConfigNode node, YamlMap map, string path)
    {
        var schema = ConfigSchema.Of(node.GetType());
        if (node is BackboneConfig or HeadConfigs)
        {
            RequireOne(map, path);
        }

        // A key that is another view of a newer one comes last and only with a value, so that a null does not undo the other.
        var views = new List<(ConfigKey Key, YamlValue Value)>();
        foreach (var (key, value) in map.Entries)
        {
            if (schema.Find(key.Text) is { } known)
            {
                if (known.ViewOf is not null)
                {
                    views.Add((known, value));
                }
                else
                {
                    Set(node, known, value, Join(path, key.Text));
                }
            }
            else if (CarriedKeys.Of(node.GetType()).Contains(key.Text))
            {
                node.Extra[key.Text] = YamlScalars.ToPlain(value);
            }
            else
            {
                throw Fault("ConfigKeyUnknown", key, Join(path, key.Text), ConfigNames.Unknown(node.GetType(), path, key.Text));
            }
        }

        foreach (var (key, value) in views.Where(view => !IsNull(view.Value)))
        {
            var newer = schema.Find(key.ViewOf!)!;
            var before = map[newer.Name] is { } given && !IsNull(given) ? newer.Get(node) : null;
            Set(node, key, value, Join(path, key.Name));
            if (before is not null && !ConfigMap.AreEqual(before, newer.Get(node)))
            {
                throw Fault("ConfigKeysDisagree", value, Join(path, key.Name), $"{key.Name} and {newer.Name} mean the same, but are given different values. Remove one of them.");
            }
        }
    }

    private void Set(ConfigNode node, ConfigKey key, YamlValue value, string path)
    {
        if (key.IsSection)
        {
            SetSection(node, key, value, path);
            return;
        }

        try
        {
            key.Set(node, ConfigValue.Convert(key, Plain(key, value, path)));
        }
        catch (ConfigException e)
        {
            throw Fault(e.ErrorId, value, path, e.Message, e);
        }
    }

    private void SetSection(ConfigNode node, ConfigKey key, YamlValue value, string path)
    {
        if (IsNull(value))
        {
            if (key.AllowsNull)
            {
                key.Set(node, null);
            }

            return;
        }

        if (value is not YamlMap map)
        {
            throw Fault("ConfigValueNotAllowed", value, path, key.Refuse(ConfigValue.Show(YamlScalars.ToPlain(value))).Message);
        }

        var section = (ConfigNode)Activator.CreateInstance(key.Type)!;
        Fill(section, map, path);
        key.Set(node, section);
    }

    // A text key takes what is written as it is written, so that a run may be called 007.
    private object? Plain(ConfigKey key, YamlValue value, string path)
    {
        switch (value)
        {
            case YamlScalar scalar:
                if (scalar.Text.Contains("${", StringComparison.Ordinal))
                {
                    throw Fault("ConfigInterpolation", value, path, $"{key.Name} holds the interpolation '{scalar.Text}', which is not supported. Write the value itself.");
                }

                if (scalar is { Plain: true, Text: "???" })
                {
                    throw Fault("ConfigValueMissing", value, path, $"{key.Name} is marked as still to be given (???). It takes {key.Describe()}.");
                }

                var resolved = scalar.Plain ? YamlScalars.Resolve(scalar.Text) : scalar.Text;
                return resolved is not null && (key.Type == typeof(string) || key.Type == typeof(List<string>)) ? scalar.Text : resolved;
            case YamlList list when key.Type == typeof(List<string>) || key.Type == typeof(List<List<string>>):
                return list.Items.ConvertAll(item => Plain(key, item, path));
            default:
                return YamlScalars.ToPlain(value);
        }
    }

    private void RequireOne(YamlMap map, string path)
    {
        var set = map.Entries.Where(entry => !IsNull(entry.Value)).ToList();
        if (set.Count > 1)
        {
            throw Fault("ConfigSeveralSet", set[1].Key, path, $"{path} sets {string.Join(" and ", set.Select(entry => entry.Key.Text))}, but only one of its keys can have a value. Set the others to null.");
        }
    }

    private void RequireModel(ConfigNode section, YamlMap root, string key, string what, string errorId)
    {
        if (ConfigSchema.Of(section.GetType()).Any(kind => kind.Get(section) is not null) || section.Extra.Values.Cast<object?>().Any(value => value is not null))
        {
            return;
        }

        var model = root["model_config"] as YamlMap;
        var at = model?[key] ?? model ?? (YamlValue)root;
        var kinds = string.Join(", ", ConfigSchema.Of(section.GetType()).Select(kind => kind.Name));
        throw Fault(errorId, at, $"model_config.{key}", $"no {what} is set. Give one of the keys of model_config.{key} a value: {kinds}.");
    }

    private ConfigException Fault(string errorId, YamlValue at, string path, string what, Exception? inner = null) =>
        new(errorId, $"{name}, line {at.Line}: {what}", path, inner);

    private static bool IsNull(YamlValue value) => value is YamlScalar { Plain: true } scalar && YamlScalars.Resolve(scalar.Text) is null;

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
