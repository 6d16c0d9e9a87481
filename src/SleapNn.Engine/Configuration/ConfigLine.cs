namespace SleapNn.Configuration;

/// <summary>A line of a configuration in YAML.</summary>
/// <param name="Indent">The number of spaces before it.</param>
/// <param name="Key">The key; null for a further line of a value.</param>
/// <param name="Value">The value, or a part of one; empty for a section.</param>
/// <param name="Default">The default where the value is another; null where it is the default, empty for further lines of such a value.</param>
/// <param name="Reason">Why the value was chosen, where New-SleapConfig -Auto chose it; else null.</param>
public sealed record ConfigLine(int Indent, string? Key, string Value, string? Default, string? Reason = null)
{
    /// <summary>Whether the value is not the default.</summary>
    public bool IsChanged => Default is not null;

    /// <summary>The line, with the default in a comment where the value is another one, and why it was chosen.</summary>
    /// <returns>YAML.</returns>
    public override string ToString() => Render("", "", "", "", "");

    /// <summary>The line with marks around its parts, such as those that colour a terminal.</summary>
    /// <param name="key">Before a key.</param>
    /// <param name="value">Before a value.</param>
    /// <param name="changed">Before a key and value that are not the default.</param>
    /// <param name="comment">Before a comment.</param>
    /// <param name="reset">After each of them.</param>
    /// <returns>The text.</returns>
    public string Render(string key, string value, string changed, string comment, string reset)
    {
        var text = new string(' ', Indent);
        if (Key is not null)
        {
            text += $"{(IsChanged ? changed : key)}{Key}{reset}:{(Value.Length > 0 ? " " : "")}";
        }

        if (Value.Length > 0)
        {
            text += $"{(IsChanged ? changed : value)}{Value}{reset}";
        }

        var remarks = string.Join("; ", new[] { string.IsNullOrEmpty(Default) ? null : $"default: {Default}", Reason }.OfType<string>());
        return remarks.Length == 0 ? text : $"{text}  {comment}# {remarks}{reset}";
    }
}
