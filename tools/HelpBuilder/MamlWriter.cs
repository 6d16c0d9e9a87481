using System.Globalization;
using System.Management.Automation;
using System.Xml.Linq;

namespace SleapNn.HelpBuilder;

/// <summary>Writes the XML that <c>Get-Help</c> reads (MAML).</summary>
public static class MamlWriter
{
    private static readonly XNamespace Msh = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>Writes the help of all cmdlets.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="cmdlets">Each page with what is known of its cmdlet.</param>
    /// <exception cref="PageException">A page describes a parameter that does not exist.</exception>
    public static void Write(string path, IEnumerable<(CmdletPage Page, CmdletInfo Cmdlet)> cmdlets)
    {
        var root = new XElement(Msh + "helpItems", new XAttribute("schema", "maml"), cmdlets.Select(c => CommandElement(c.Page, c.Cmdlet)));
        new XDocument(new XDeclaration("1.0", "utf-8", null), root).Save(path);
    }

    private static XElement CommandElement(CmdletPage page, CmdletInfo cmdlet)
    {
        var texts = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var parameter in page.Parameters)
        {
            if (!cmdlet.Parameters.ContainsKey(parameter.Name))
            {
                throw new PageException(page.File, parameter.Line, $"{page.Name} has no parameter '{parameter.Name}'.");
            }

            texts[parameter.Name] = parameter.Paragraphs;
        }

        var own = cmdlet.ParameterSets.SelectMany(s => s.Parameters)
            .Where(p => !Cmdlet.CommonParameters.Contains(p.Name))
            .GroupBy(p => p.Name).Select(g => g.OrderByDescending(p => p.IsMandatory).First());

        return new XElement(
            Command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", Maml),
            new XAttribute(XNamespace.Xmlns + "command", Command),
            new XAttribute(XNamespace.Xmlns + "dev", Dev),
            new XElement(
                Command + "details",
                new XElement(Command + "name", cmdlet.Name),
                new XElement(Command + "verb", cmdlet.Verb),
                new XElement(Command + "noun", cmdlet.Noun),
                Description([page.Synopsis])),
            Description(page.Description),
            new XElement(Command + "syntax", cmdlet.ParameterSets.Select(s => SyntaxItem(cmdlet.Name, s, texts))),
            new XElement(Command + "parameters", own.Select(p => ParameterElement(p, texts))),
            new XElement(Command + "inputTypes", page.Inputs.Select(t => TypeElement("inputType", t))),
            new XElement(Command + "returnValues", page.Outputs.Select(t => TypeElement("returnValue", t))),
            new XElement(Maml + "alertSet", new XElement(Maml + "alert", Paragraphs(page.Notes))),
            new XElement(Command + "examples", page.Examples.Select(ExampleElement)),
            new XElement(Command + "relatedLinks", page.Links.Select(LinkElement)));
    }

    private static XElement SyntaxItem(string name, CommandParameterSetInfo set, Dictionary<string, IReadOnlyList<string>> texts) => new(
        Command + "syntaxItem",
        new XElement(Maml + "name", name),
        set.Parameters
            .Where(p => !Cmdlet.CommonParameters.Contains(p.Name) || p.Name is "WhatIf" or "Confirm")
            .OrderBy(p => p.Position < 0 ? int.MaxValue : p.Position).ThenByDescending(p => p.IsMandatory)
            .Select(p => ParameterElement(p, texts)));

    private static XElement ParameterElement(CommandParameterInfo parameter, Dictionary<string, IReadOnlyList<string>> texts)
    {
        var type = parameter.ParameterType;
        var isSwitch = type == typeof(SwitchParameter);
        var globbing = parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any();
        var element = new XElement(
            Command + "parameter",
            new XAttribute("required", Text(parameter.IsMandatory)),
            new XAttribute("variableLength", Text(type.IsArray)),
            new XAttribute("globbing", Text(globbing)),
            new XAttribute("pipelineInput", PipelineInput(parameter)),
            new XAttribute("position", parameter.Position < 0 ? "named" : parameter.Position.ToString(CultureInfo.InvariantCulture)),
            new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(Maml + "name", parameter.Name),
            Description(texts.GetValueOrDefault(parameter.Name) ?? []));
        if (!isSwitch)
        {
            var values = parameter.Attributes.OfType<ValidateSetAttribute>().SelectMany(v => v.ValidValues).ToList();
            if (values.Count > 0)
            {
                element.Add(new XElement(
                    Command + "parameterValueGroup",
                    values.Select(v => new XElement(
                        Command + "parameterValue",
                        new XAttribute("required", "false"),
                        new XAttribute("command", "true"),
                        new XAttribute("variableLength", "false"),
                        v))));
            }

            element.Add(new XElement(
                Command + "parameterValue",
                new XAttribute("required", "true"),
                new XAttribute("variableLength", Text(type.IsArray)),
                TypeName(type)));
        }

        element.Add(new XElement(Dev + "type", new XElement(Maml + "name", TypeName(type)), new XElement(Maml + "uri")));
        return element;
    }

    // A table of values is written as a hashtable.
    private static string TypeName(Type type) => type.Name.StartsWith("ConfigTable", StringComparison.Ordinal) ? type.Name.Replace("ConfigTable", "Hashtable", StringComparison.Ordinal) :
        Nullable.GetUnderlyingType(type) is { } inner ? TypeName(inner) : type.IsGenericType ? type.ToString() : type.Name;

    private static string PipelineInput(CommandParameterInfo parameter) =>
        (parameter.ValueFromPipeline, parameter.ValueFromPipelineByPropertyName) switch
        {
            (true, true) => "true (ByValue, ByPropertyName)",
            (true, false) => "true (ByValue)",
            (false, true) => "true (ByPropertyName)",
            _ => "false",
        };

    private static XElement TypeElement(string element, string text)
    {
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        var (name, description) = colon < 0 ? (text, "") : (text[..colon], text[(colon + 2)..]);
        return new XElement(
            Command + element,
            new XElement(Dev + "type", new XElement(Maml + "name", name), new XElement(Maml + "uri")),
            Description(description.Length > 0 ? [description] : []));
    }

    private static XElement ExampleElement(Example example, int index) => new(
        Command + "example",
        new XElement(Maml + "title", $"Example {index + 1}: {example.Title}"),
        new XElement(Dev + "code", example.Code),
        // Get-Help leaves no line between examples by itself.
        new XElement(Dev + "remarks", Paragraphs([.. example.Remarks, ""])));

    private static XElement LinkElement(string link)
    {
        var isAddress = link.StartsWith("http", StringComparison.Ordinal);
        return new XElement(
            Maml + "navigationLink",
            new XElement(Maml + "linkText", link),
            new XElement(Maml + "uri", isAddress ? link : ""));
    }

    private static XElement Description(IReadOnlyList<string> paragraphs) => new(Maml + "description", Paragraphs(paragraphs));

    private static IEnumerable<XElement> Paragraphs(IReadOnlyList<string> paragraphs) => paragraphs.Select(p => new XElement(Maml + "para", p));

    private static string Text(bool value) => value ? "true" : "false";
}
