using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SleapNn.Configuration;

/// <summary>What the XML documentation of the configuration's types says of their properties, as plain text.</summary>
internal sealed partial class ConfigTexts
{
    private const string Resource = "SleapNn.Core.xml";

    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    private ConfigTexts(XDocument document)
    {
        foreach (var member in document.Descendants("member"))
        {
            var name = member.Attribute("name")!.Value;
            if (name.StartsWith("P:SleapNn.Configuration.", StringComparison.Ordinal))
            {
                // The default is told by the property itself.
                var summary = DefaultSentence().Replace(Plain(member.Element("summary")), "");
                texts[name[2..]] = $"{summary} {Plain(member.Element("remarks"))}".Trim();
            }
        }
    }

    public static ConfigTexts Load()
    {
        using var stream = typeof(ConfigTexts).Assembly.GetManifestResourceStream(Resource)!;
        return new ConfigTexts(XDocument.Load(stream));
    }

    /// <summary>The text of a property; empty where there is none.</summary>
    public string Of(Type type, string property) => texts.GetValueOrDefault($"{type.FullName}.{property}", "");

    private static string Plain(XElement? element)
    {
        if (element is null)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var node in element.DescendantNodes())
        {
            text.Append(node switch
            {
                XText part => part.Value,
                XElement { Name.LocalName: "see" } see => Name(see),
                _ => "",
            });
        }

        return Whitespace().Replace(text.ToString(), " ").Trim();
    }

    private static string Name(XElement see)
    {
        if (see.Attribute("cref")?.Value is not { } cref)
        {
            return see.Attribute("langword")?.Value ?? "";
        }

        var cut = cref.LastIndexOf('.');
        var type = typeof(SleapConfig).Assembly.GetType(cref[2..cut]);
        return cref[0] == 'P' && type is not null && typeof(ConfigNode).IsAssignableFrom(type)
            ? ConfigSchema.Of(type).ByProperty(cref[(cut + 1)..]).Name
            : cref[(cut + 1)..];
    }

    [GeneratedRegex(@"\s*Default( and only value)?: .*$")]
    private static partial Regex DefaultSentence();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}
