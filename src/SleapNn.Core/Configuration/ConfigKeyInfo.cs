namespace SleapNn.Configuration;

/// <summary>What there is to know of a key of the configuration.</summary>
public sealed class ConfigKeyInfo
{
    /// <summary>The dotted path as YAML spells it, such as <c>trainer_config.max_epochs</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The dotted path of the properties, such as <c>TrainerConfig.MaxEpochs</c>.</summary>
    public required string PropertyPath { get; init; }

    /// <summary>The key's own name, the last part of the path.</summary>
    public string Name => Path[(Path.LastIndexOf('.') + 1)..];

    /// <summary>The path of the section that holds it; empty at the top.</summary>
    public string Section => Path[..Math.Max(Path.LastIndexOf('.'), 0)];

    /// <summary>What it means.</summary>
    public required string Meaning { get; init; }

    /// <summary>What it accepts, in words.</summary>
    public required string Takes { get; init; }

    /// <summary>The only texts that it accepts; empty where any value of the right kind will do.</summary>
    public required IReadOnlyList<string> Values { get; init; }

    /// <summary>The default as YAML spells it; empty for a section that is always there.</summary>
    public required string Default { get; init; }

    /// <summary>The version of sleap-nn that brought the key.</summary>
    public required string Since { get; init; }

    /// <summary>Whether it is a section with keys of its own.</summary>
    public required bool IsSection { get; init; }

    /// <summary>The path.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Path;
}
