using System.Text.Json;

namespace SleapNn.Configuration;

/// <summary>The JSON text of a SLEAP 1.x configuration, read by dotted path.</summary>
internal sealed class LegacyJson
{
    // SLEAP takes comments out before it reads a profile.
    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip };

    private static readonly JsonElement Defaults = Parse(LegacyDefaults.Json);

    private readonly JsonElement root;
    private readonly HashSet<string> read = [];

    public LegacyJson(string name, string json)
    {
        Name = name;
        try
        {
            root = Parse(json);
        }
        catch (JsonException e)
        {
            throw new ConfigException("ConfigJsonInvalid", $"{name}, line {(e.LineNumber ?? 0) + 1}: this is not valid JSON.", name, e);
        }
    }

    public string Name { get; }

    /// <summary>The plain value at a path, or SLEAP's default where the file does not have the key; null where there is neither.</summary>
    public object? this[string path] => Element(path) is { } element ? Plain(element) : null;

    /// <summary>What the file has at a path, or SLEAP's default; null where there is neither.</summary>
    public JsonElement? Element(string path) => Own(path) ?? At(Defaults, path);

    /// <summary>What the file has at a path; null where it does not have the key.</summary>
    public JsonElement? Own(string path)
    {
        read.Add(path);
        return At(root, path);
    }

    /// <summary>The keys of a section that have a value.</summary>
    public List<string> SetKeys(string path) => Own(path) is { ValueKind: JsonValueKind.Object } section
        ? [.. section.EnumerateObject().Where(item => item.Value.ValueKind != JsonValueKind.Null).Select(item => item.Name)]
        : [];

    /// <summary>The paths of values that nobody has asked for, but for nulls.</summary>
    public IEnumerable<string> Unread() => Leaves(root, "").Where(path => !read.Contains(path));

    /// <summary>Sets a key to the value at a path, if there is one.</summary>
    public void Copy(string from, SleapConfig config, string to, Func<double, double>? change = null)
    {
        if (this[from] is not { } value)
        {
            return;
        }

        try
        {
            ConfigPath.Set(config, to, change is null || value is not (long or double) ? value : change(System.Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture)));
        }
        catch (ConfigException e)
        {
            throw new ConfigException(e.ErrorId, $"{Name}, {from}: {e.Message}", from, e);
        }
    }

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json, WithComments);
        return document.RootElement.Clone();
    }

    private static JsonElement? At(JsonElement element, string path)
    {
        foreach (var part in path.Split('.'))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(part, out element))
            {
                return null;
            }
        }

        return element;
    }

    private static IEnumerable<string> Leaves(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Null => [],
        JsonValueKind.Object => element.EnumerateObject().SelectMany(item => Leaves(item.Value, path.Length == 0 ? item.Name : $"{path}.{item.Name}")),
        _ => [path],
    };

    private static object? Plain(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt64(out var whole) ? whole : element.GetDouble(),
        JsonValueKind.Array => element.EnumerateArray().Select(Plain).ToList(),
        _ => null,
    };
}
