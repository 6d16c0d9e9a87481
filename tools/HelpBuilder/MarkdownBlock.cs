using System.Text.RegularExpressions;

namespace SleapNn.HelpBuilder;

/// <summary>What a block of Markdown is.</summary>
public enum BlockKind
{
    /// <summary>A heading.</summary>
    Heading,

    /// <summary>A paragraph, its lines joined.</summary>
    Paragraph,

    /// <summary>One item of a list.</summary>
    Bullet,

    /// <summary>A fenced code block.</summary>
    Code,
}

/// <summary>A block of Markdown: heading, paragraph, list item or code.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Level">The heading's level, else 0.</param>
/// <param name="Text">Its text.</param>
/// <param name="Line">Where it starts, from 1.</param>
public sealed partial record MarkdownBlock(BlockKind Kind, int Level, string Text, int Line)
{
    /// <summary>Splits lines into blocks.</summary>
    /// <param name="file">A path for messages.</param>
    /// <param name="lines">The lines.</param>
    /// <exception cref="PageException">A code block does not end.</exception>
    public static List<MarkdownBlock> Split(string file, IReadOnlyList<string> lines)
    {
        var blocks = new List<MarkdownBlock>();
        var open = false;
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i].TrimEnd();
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                var end = i + 1;
                while (end < lines.Count && lines[end].TrimEnd() != "```")
                {
                    end++;
                }

                if (end == lines.Count)
                {
                    throw new PageException(file, i + 1, "This code block does not end.");
                }

                blocks.Add(new(BlockKind.Code, 0, string.Join("\n", lines.Skip(i + 1).Take(end - i - 1)), i + 1));
                (i, open) = (end, false);
            }
            else if (line.Length == 0 || (line.StartsWith("<!--", StringComparison.Ordinal) && line.EndsWith("-->", StringComparison.Ordinal)))
            {
                open = false;
            }
            else if (Heading().Match(line) is { Success: true } heading)
            {
                blocks.Add(new(BlockKind.Heading, heading.Groups[1].Length, heading.Groups[2].Value.Trim(), i + 1));
                open = false;
            }
            else if (line.StartsWith("- ", StringComparison.Ordinal))
            {
                blocks.Add(new(BlockKind.Bullet, 0, line, i + 1));
                open = true;
            }
            else if (open)
            {
                blocks[^1] = blocks[^1] with { Text = $"{blocks[^1].Text} {line.Trim()}" };
            }
            else
            {
                blocks.Add(new(BlockKind.Paragraph, 0, line.Trim(), i + 1));
                open = true;
            }
        }

        return blocks;
    }

    /// <summary>Removes inline marks: code, bold, emphasis, links.</summary>
    /// <param name="text">Markdown text.</param>
    public static string Plain(string text)
    {
        var plain = Link().Replace(text, "$1 ($2)");
        plain = Strong().Replace(plain, "$1");
        plain = Emphasis().Replace(plain, "$1");
        return plain.Replace("`", "", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^(#{1,4})\s+(.*)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[([^\]]+)\]\(([^)]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\*\*([^*]+)\*\*")]
    private static partial Regex Strong();

    [GeneratedRegex(@"(?<![\w*./])\*([^*\s][^*]*[^*\s]|[^*\s])\*(?![\w*./])")]
    private static partial Regex Emphasis();
}
