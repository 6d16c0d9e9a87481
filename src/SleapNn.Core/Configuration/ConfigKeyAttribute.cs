namespace SleapNn.Configuration;

/// <summary>States what a configuration property accepts and how it is called in YAML.</summary>
/// <remarks>The YAML name is the snake_case form of the property's name unless <see cref="Name"/> says otherwise.</remarks>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConfigKeyAttribute : Attribute
{
    /// <summary>Makes the statement.</summary>
    /// <param name="allowed">The only texts that are accepted (in any letter case); none means any text.</param>
    public ConfigKeyAttribute(params string[] allowed)
    {
        Allowed = allowed;
    }

    /// <summary>The only texts that are accepted; empty means any text.</summary>
    public string[] Allowed { get; }

    /// <summary>The YAML key, where it is not the snake_case form of the property's name.</summary>
    public string? Name { get; init; }

    /// <summary>The smallest accepted number.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>The largest accepted number.</summary>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>A number that an accepted one is greater than.</summary>
    public double Above { get; init; } = double.NegativeInfinity;

    /// <summary>The sleap-nn version that brought the key; the guide is of 0.0.1.</summary>
    public string Since { get; init; } = "0.0.1";

    /// <summary>The key of the same node that newer versions use for the same thing: this property is another view of it.</summary>
    public string? ViewOf { get; init; }

    /// <summary>Whether the key is left out of a saved file while it has no value, since newer versions take no null there.</summary>
    public bool OmitNull { get; init; }

    /// <summary>Whether a list of one text is written as the text itself.</summary>
    public bool OneAsText { get; init; }

    /// <summary>Whether the value is never written or shown.</summary>
    public bool Secret { get; init; }
}
