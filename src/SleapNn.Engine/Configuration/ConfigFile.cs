using System.Text;

namespace SleapNn.Configuration;

/// <summary>Configuration files in YAML, in the form that sleap-nn reads and writes.</summary>
public static class ConfigFile
{
    private const long MaxBytes = 16L << 20;

    /// <summary>Reads a configuration file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <returns>The configuration; keys that the file lacks have the defaults of the guide.</returns>
    /// <exception cref="ConfigException">The file can not be read, is not YAML, or holds a key or a value that is not allowed: the message names the file, the line and the key.</exception>
    public static SleapConfig Load(string path)
    {
        if (Directory.Exists(path))
        {
            throw new ConfigException("ConfigIsDirectory", IsModelFolder(path, out var inside)
                ? $"'{path}' is a folder, not a configuration file. Its configuration is '{inside}'."
                : $"'{path}' is a folder, not a configuration file. Give the path of a .yaml file.", path);
        }

        return Parse(ReadText(path), path);
    }

    /// <summary>Reads a configuration from YAML text.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="name">What the text is called in error messages.</param>
    /// <returns>The configuration; keys that the text lacks have the defaults of the guide.</returns>
    /// <exception cref="ConfigException">The text is not YAML, or holds a key or a value that is not allowed.</exception>
    public static SleapConfig Parse(string text, string name = "YAML text")
    {
        return YamlTree.Read(text, name) switch
        {
            YamlMap map => new ConfigReader(name).Read(map),
            null => throw new ConfigException("ConfigEmpty", $"{name} is empty. A configuration has the sections data_config, model_config and trainer_config.", name),
            var other => throw new ConfigException("ConfigYamlInvalid", $"{name}, line {other.Line}: this is not a configuration, which starts with the section data_config, model_config or trainer_config.", name),
        };
    }

    /// <summary>Writes a configuration file, whole or not at all.</summary>
    /// <remarks>The API key is left out; keys of newer sleap-nn versions are used where they say the same as the guide's.</remarks>
    /// <param name="config">The configuration.</param>
    /// <param name="path">The path of the file, which is replaced if it exists.</param>
    /// <exception cref="ConfigException">The file can not be written.</exception>
    public static void Save(SleapConfig config, string path)
    {
        if (Directory.Exists(path))
        {
            throw new ConfigException("ConfigIsDirectory", $"'{path}' is a folder. Give the path of the file to write.", path);
        }

        try
        {
            AtomicFile.WriteText(path, ToYaml(config));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException("ConfigNotWritten", $"The configuration can not be written to '{path}': {e.Message}", path, e);
        }
    }

    /// <summary>A configuration as YAML text, as <see cref="Save"/> writes it.</summary>
    /// <param name="config">The configuration.</param>
    /// <returns>The text.</returns>
    public static string ToYaml(SleapConfig config) => YamlWriter.Write(ConfigMap.Of(config, forFile: true));

    /// <summary>Reads a text file of bounded size.</summary>
    internal static string ReadText(string path)
    {
        try
        {
            using var stream = SharedFile.OpenRead(path);
            if (stream.Length > MaxBytes)
            {
                throw new ConfigException("ConfigTooLarge", $"'{path}' has {stream.Length >> 20} MB; a configuration file has a few kilobytes. Is it the right file?", path);
            }

            using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true);
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigException("ConfigNotFound", $"There is no file '{path}'.", path, e);
        }
        catch (DecoderFallbackException e)
        {
            throw new ConfigException("ConfigYamlInvalid", $"'{path}' is not a text file (its bytes are not UTF-8).", path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException("ConfigNotRead", $"'{path}' can not be read: {e.Message}", path, e);
        }
    }

    private static bool IsModelFolder(string path, out string inside)
    {
        inside = Path.Combine(path, "training_config.yaml");
        return File.Exists(inside);
    }
}
