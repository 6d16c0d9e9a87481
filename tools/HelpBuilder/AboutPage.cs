using System.Text;

namespace SleapNn.HelpBuilder;

/// <summary>Turns an about page into the plain text that <c>Get-Help</c> shows.</summary>
public static class AboutPage
{
    private const int Width = 80;

    /// <summary>The text of a page.</summary>
    /// <param name="file">The Markdown file <c>about_Topic.md</c>, for its name and messages.</param>
    /// <param name="lines">Its lines.</param>
    /// <exception cref="PageException">The page does not start with its name.</exception>
    public static string ToText(string file, IReadOnlyList<string> lines)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var blocks = MarkdownBlock.Split(file, lines);
        if (blocks.Count < 2 || blocks[0] is not { Kind: BlockKind.Heading, Level: 1 } title || title.Text != name)
        {
            throw new PageException(file, 1, $"The page must start with '# {name}', and have text.");
        }

        // Get-Help takes the first paragraph under SHORT DESCRIPTION as the topic's synopsis.
        var text = new StringBuilder($"TOPIC\n    {name}\n\nSHORT DESCRIPTION\n");
        Wrap(text, MarkdownBlock.Plain(blocks[1].Text), "    ", "    ");
        text.Append("\nLONG DESCRIPTION\n");
        for (var i = 2; i < blocks.Count; i++)
        {
            var block = blocks[i];
            switch (block.Kind)
            {
                case BlockKind.Heading:
                    text.Append('\n').Append(block.Level == 2 ? block.Text.ToUpperInvariant() : "  " + block.Text).Append('\n');
                    break;
                case BlockKind.Code:
                    foreach (var line in block.Text.Split('\n'))
                    {
                        text.Append(line.Length == 0 ? "" : "        " + line).Append('\n');
                    }

                    text.Append('\n');
                    break;
                case BlockKind.Bullet:
                    Wrap(text, MarkdownBlock.Plain(block.Text), "    ", "      ");
                    if (i + 1 < blocks.Count && blocks[i + 1].Kind != BlockKind.Bullet)
                    {
                        text.Append('\n');
                    }

                    break;
                default:
                    Wrap(text, MarkdownBlock.Plain(block.Text), "    ", "    ");
                    text.Append('\n');
                    break;
            }
        }

        return text.ToString();
    }

    private static void Wrap(StringBuilder text, string paragraph, string first, string others)
    {
        var line = new StringBuilder(first);
        var empty = true;
        foreach (var word in paragraph.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!empty && line.Length + 1 + word.Length > Width)
            {
                text.Append(line).Append('\n');
                line.Clear().Append(others);
                empty = true;
            }

            line.Append(empty ? "" : " ").Append(word);
            empty = false;
        }

        text.Append(line).Append('\n');
    }
}
