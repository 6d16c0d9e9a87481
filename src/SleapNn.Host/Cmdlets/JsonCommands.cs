using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SleapNn.Host.Cmdlets;

/// <summary>Turns objects into JSON text.</summary>
[Cmdlet(VerbsData.ConvertTo, "Json")]
public sealed class ConvertToJsonCommand : PSCmdlet
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Compact) { WriteIndented = true };

    private readonly List<object?> items = [];

    /// <summary>The objects.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    public object? InputObject { get; set; }

    /// <summary>How deep to go; what is deeper becomes text.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int Depth { get; set; } = 2;

    /// <summary>On one line.</summary>
    [Parameter]
    public SwitchParameter Compress { get; set; }

    /// <summary>Makes a list even of one object.</summary>
    [Parameter]
    public SwitchParameter AsArray { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => items.Add(InputObject);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var node = items.Count == 1 && !AsArray ? ToNode(items[0], Depth) : new JsonArray([.. items.Select(i => ToNode(i, Depth))]);
        WriteObject(node?.ToJsonString(Compress ? Compact : Indented) ?? "null");
    }

    private static JsonNode? ToNode(object? value, int depth)
    {
        var wrapped = value as PSObject;
        var plain = wrapped?.BaseObject ?? value;
        switch (plain)
        {
            case null: return null;
            case bool b: return JsonValue.Create(b);
            case double d when !double.IsFinite(d): return JsonValue.Create(d.ToString(CultureInfo.InvariantCulture));
            case float f when !float.IsFinite(f): return JsonValue.Create(f.ToString(CultureInfo.InvariantCulture));
            case byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal: return JsonSerializer.SerializeToNode(plain);
            case string or char: return JsonValue.Create(plain.ToString());
            case DateTime time: return JsonValue.Create(time);
            case DateTimeOffset time: return JsonValue.Create(time);
            case Enum e: return JsonValue.Create(Convert.ToInt64(e, CultureInfo.InvariantCulture));
            case JsonNode node: return node.DeepClone();
        }

        if (depth < 0)
        {
            return JsonValue.Create(LanguagePrimitives.ConvertTo<string>(value));
        }

        if (plain is IDictionary table)
        {
            var dictionary = new JsonObject();
            foreach (DictionaryEntry entry in table)
            {
                dictionary[entry.Key.ToString()!] = ToNode(entry.Value, depth - 1);
            }

            return dictionary;
        }

        if (plain is IEnumerable many)
        {
            return new JsonArray([.. many.Cast<object?>().Select(m => ToNode(m, depth - 1))]);
        }

        var result = new JsonObject();
        foreach (var property in (wrapped ?? PSObject.AsPSObject(plain)).Properties.Where(p => p.IsGettable))
        {
            object? item;
            try
            {
                item = property.Value;
            }
            catch (GetValueException)
            {
                item = null;
            }

            result[property.Name] = ToNode(item, depth - 1);
        }

        return result;
    }
}

/// <summary>Turns JSON text into objects.</summary>
[Cmdlet(VerbsData.ConvertFrom, "Json")]
public sealed class ConvertFromJsonCommand : PSCmdlet
{
    private readonly List<string> lines = [];

    /// <summary>The text. Lines from the pipeline are joined, unless the first of them is whole by itself.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string InputObject { get; set; } = "";

    /// <summary>Returns hashtables in place of objects.</summary>
    [Parameter]
    public SwitchParameter AsHashtable { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => lines.Add(InputObject);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            foreach (var text in lines.Count > 1 && IsWhole(lines[0]) ? lines.Where(line => !string.IsNullOrWhiteSpace(line)) : [string.Join('\n', lines)])
            {
                using var json = JsonDocument.Parse(text);
                WriteObject(ToObject(json.RootElement), enumerateCollection: true);
            }
        }
        catch (JsonException e)
        {
            ThrowTerminatingError(new ErrorRecord(e, "InvalidJson", ErrorCategory.InvalidData, null));
        }
    }

    private static bool IsWhole(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private object? ToObject(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when AsHashtable:
                var table = new System.Collections.Specialized.OrderedDictionary();
                foreach (var property in element.EnumerateObject())
                {
                    table[property.Name] = ToObject(property.Value);
                }

                return table;
            case JsonValueKind.Object:
                var result = new PSObject();
                foreach (var property in element.EnumerateObject())
                {
                    result.Properties.Add(new PSNoteProperty(property.Name, ToObject(property.Value)));
                }

                return result;
            case JsonValueKind.Array: return element.EnumerateArray().Select(ToObject).ToArray();
            case JsonValueKind.Number: return element.TryGetInt64(out var whole) ? whole : element.GetDouble();
            case JsonValueKind.String: return element.GetString();
            case JsonValueKind.True: return true;
            case JsonValueKind.False: return false;
            default: return null;
        }
    }
}
