using SleapNn.Configuration;

namespace SleapNn.Recommendation;

/// <summary>Sets values of a configuration and keeps why.</summary>
internal sealed class ChoiceList(SleapConfig config)
{
    private readonly List<ConfigChoice> choices = [];

    /// <summary>The configuration.</summary>
    public SleapConfig Config => config;

    /// <summary>Takes a value that was chosen, without setting it.</summary>
    public void Note(string key, object? value, string reason) => choices.Add(new ConfigChoice(key, value, reason));

    /// <summary>Sets a value.</summary>
    public void Set(string key, object? value, string reason)
    {
        ConfigPath.Set(config, key, value);
        Note(key, value, reason);
    }

    /// <summary>Sets the value that a user gave, or else the one that the data suggest.</summary>
    public void Set<T>(string key, T? given, T chosen, string reason)
        where T : struct =>
        Set(key, given ?? chosen, given is null ? reason : "given");

    /// <summary>The configuration with its choices.</summary>
    public SleapConfig Finish()
    {
        config.Choices = [.. choices];
        return config;
    }
}
