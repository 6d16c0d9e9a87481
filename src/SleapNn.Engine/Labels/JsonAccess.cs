using System.Text.Json;
using System.Text.Json.Nodes;

namespace SleapNn.LabelFiles;

/// <summary>Reads members of JSON objects whose shape cannot be trusted.</summary>
internal static class JsonAccess
{
    public static JsonObject AsObject(JsonNode? node, string where) =>
        node as JsonObject ?? throw new InvalidDataException($"{where} is not a JSON object");

    public static JsonArray AsArray(JsonNode? node, string where) =>
        node as JsonArray ?? throw new InvalidDataException($"{where} is not a JSON list");

    public static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>An integer, also one written as text or with a decimal point; null for anything else.</summary>
    public static long? Integer(JsonNode? node)
    {
        if (node is not JsonValue value)
        {
            return null;
        }

        if (value.TryGetValue(out long whole))
        {
            return whole;
        }

        if (value.TryGetValue(out int small))
        {
            return small;
        }

        if (value.TryGetValue(out double number))
        {
            return number == Math.Floor(number) && Math.Abs(number) < 1e15 ? (long)number : null;
        }

        return value.TryGetValue(out string? text) && long.TryParse(text, out var parsed) ? parsed : null;
    }

    public static bool? Truth(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? node.GetValue<bool>() : null;

    public static int Index(JsonNode? node, int count, string where) =>
        Integer(node) is { } value && value >= 0 && value < count
            ? (int)value
            : throw new InvalidDataException($"{where} is {node?.ToJsonString() ?? "missing"}, which is not between 0 and {count - 1}");

    /// <summary>A copy of the members that are not named.</summary>
    public static JsonObject Without(JsonObject source, params string[] names)
    {
        var rest = new JsonObject();
        foreach (var (name, value) in source)
        {
            if (!names.Contains(name))
            {
                rest[name] = value?.DeepClone();
            }
        }

        return rest;
    }
}
