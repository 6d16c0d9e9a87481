using System.Text.RegularExpressions;

namespace SleapNn.HelpBuilder;

/// <summary>An example: a title, PowerShell code and a remark.</summary>
public sealed record Example(string Title, string Code, IReadOnlyList<string> Remarks);

/// <summary>A parameter's text and the line where it stands.</summary>
public sealed record ParameterText(string Name, int Line, IReadOnlyList<string> Paragraphs);

/// <summary>A cmdlet's help page, in the form of docs/en-US/README.md.</summary>
public sealed partial class CmdletPage
{
    private static readonly string[] SectionOrder =
        ["Synopsis", "Description", "Examples", "Parameters", "Inputs", "Outputs", "Notes", "Links"];

    private static readonly string[] Required = ["Synopsis", "Description", "Examples"];

    /// <summary>The page's path.</summary>
    public required string File { get; init; }

    /// <summary>The cmdlet.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in a sentence.</summary>
    public required string Synopsis { get; init; }

    /// <summary>Paragraphs.</summary>
    public required IReadOnlyList<string> Description { get; init; }

    /// <summary>Examples, in order.</summary>
    public required IReadOnlyList<Example> Examples { get; init; }

    /// <summary>Parameters, in order.</summary>
    public required IReadOnlyList<ParameterText> Parameters { get; init; }

    /// <summary>One paragraph an input type: <c>Type: text</c>.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>One paragraph an output type: <c>Type: text</c>.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>Paragraphs.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Names of cmdlets and about pages, or addresses.</summary>
    public required IReadOnlyList<string> Links { get; init; }

    /// <summary>Reads a page.</summary>
    /// <param name="file">The Markdown file.</param>
    /// <exception cref="PageException">The page does not follow the form.</exception>
    public static CmdletPage Read(string file) => Parse(file, System.IO.File.ReadAllLines(file));

    /// <summary>Reads a page from its lines.</summary>
    /// <param name="file">A path for messages; its name must be the cmdlet's.</param>
    /// <param name="lines">The lines.</param>
    /// <exception cref="PageException">The page does not follow the form.</exception>
    public static CmdletPage Parse(string file, IReadOnlyList<string> lines)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var blocks = MarkdownBlock.Split(file, lines);
        if (blocks.Count == 0 || blocks[0] is not { Kind: BlockKind.Heading, Level: 1 } title || title.Text != name)
        {
            throw new PageException(file, 1, $"The page must start with '# {name}'.");
        }

        var sections = Sections(file, blocks);
        foreach (var required in Required.Where(r => !sections.ContainsKey(r)))
        {
            throw new PageException(file, 1, $"The section '## {required}' is missing.");
        }

        var synopsis = Paragraphs(file, sections["Synopsis"]);
        return new CmdletPage
        {
            File = file,
            Name = name,
            Synopsis = synopsis.Count == 1 ? synopsis[0] : throw new PageException(file, 1, "The synopsis must be one paragraph."),
            Description = Paragraphs(file, sections["Description"]),
            Examples = [.. Parts(file, sections["Examples"]).Select(p => ToExample(file, p))],
            Parameters = [.. Parts(file, Section("Parameters")).Select(p => new ParameterText(p[0].Text, p[0].Line, Paragraphs(file, p[1..])))],
            Inputs = Paragraphs(file, Section("Inputs")),
            Outputs = Paragraphs(file, Section("Outputs")),
            Notes = Paragraphs(file, Section("Notes")),
            Links = [.. Section("Links").Select(b => LinkTarget().Replace(b.Text.TrimStart('-', ' '), "$1"))],
        };

        List<MarkdownBlock> Section(string key) => sections.GetValueOrDefault(key) ?? [];
    }

    private static Dictionary<string, List<MarkdownBlock>> Sections(string file, IReadOnlyList<MarkdownBlock> blocks)
    {
        var sections = new Dictionary<string, List<MarkdownBlock>>();
        var position = -1;
        List<MarkdownBlock>? current = null;
        foreach (var block in blocks.Skip(1))
        {
            if (block is { Kind: BlockKind.Heading, Level: 2 })
            {
                var at = Array.IndexOf(SectionOrder, block.Text);
                if (at <= position)
                {
                    throw new PageException(file, block.Line, at < 0
                        ? $"There is no section '{block.Text}'; the sections are {string.Join(", ", SectionOrder)}."
                        : $"The section '{block.Text}' stands at the wrong place; the order is {string.Join(", ", SectionOrder)}.");
                }

                position = at;
                sections[block.Text] = current = [];
            }
            else if (current is null)
            {
                throw new PageException(file, block.Line, "Text must stand under a '##' section.");
            }
            else
            {
                current.Add(block);
            }
        }

        return sections;
    }

    private static IEnumerable<List<MarkdownBlock>> Parts(string file, List<MarkdownBlock> section)
    {
        List<MarkdownBlock>? part = null;
        foreach (var block in section)
        {
            if (block is { Kind: BlockKind.Heading, Level: 3 })
            {
                if (part is not null)
                {
                    yield return part;
                }

                part = [block];
            }
            else if (part is null)
            {
                throw new PageException(file, block.Line, "A '###' heading must come first here.");
            }
            else
            {
                part.Add(block);
            }
        }

        if (part is not null)
        {
            yield return part;
        }
    }

    private static Example ToExample(string file, List<MarkdownBlock> part)
    {
        var code = part.Where(b => b.Kind == BlockKind.Code).ToList();
        if (code.Count != 1)
        {
            throw new PageException(file, part[0].Line, $"The example '{part[0].Text}' must have one code block; it has {code.Count}.");
        }

        return new Example(part[0].Text, code[0].Text, Paragraphs(file, [.. part.Skip(1).Where(b => b.Kind != BlockKind.Code)]));
    }

    private static List<string> Paragraphs(string file, List<MarkdownBlock> blocks)
    {
        foreach (var heading in blocks.Where(b => b.Kind == BlockKind.Heading))
        {
            throw new PageException(file, heading.Line, $"The heading '{heading.Text}' does not belong here.");
        }

        return [.. blocks.Select(b => b.Kind == BlockKind.Code ? b.Text : MarkdownBlock.Plain(b.Text))];
    }

    [GeneratedRegex(@"^\[([^\]]+)\]\([^)]*\)$")]
    private static partial Regex LinkTarget();
}
