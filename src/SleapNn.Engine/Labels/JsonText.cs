using System.Text.Json.Nodes;

namespace SleapNn.LabelFiles;

/// <summary>Writes JSON as Python's does: without spaces, anything outside ASCII escaped.</summary>
internal static class JsonText
{
    private static readonly System.Text.Json.JsonSerializerOptions Options = new()
    {
        // Allows all of ASCII but what JSON itself must escape; the rest becomes \uXXXX.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(JsonNode node)
    {
        var text = node.ToJsonString(Options);
        return text.All(char.IsAscii) ? text : string.Concat(text.Select(c => char.IsAscii(c) ? c.ToString() : $"\\u{(int)c:x4}"));
    }
}
