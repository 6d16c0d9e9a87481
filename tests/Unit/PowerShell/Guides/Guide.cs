using System.Text.RegularExpressions;

namespace SleapNn.Tests.Module.Guides;

/// <summary>
/// A Markdown document with PowerShell in it. Comments, which no reader sees, tell a test what a block needs:
/// <c>&lt;!-- run: needs ffmpeg --&gt;</c> runs the next block only where that program is, <c>&lt;!-- run: not here, reason --&gt;</c>
/// never; <c>&lt;!-- prelude: code --&gt;</c>, of one or several lines, is run where it stands.
/// </summary>
public sealed partial class Guide
{
    private Guide(string name, string text)
    {
        Name = name;
        Text = text;
        Blocks = [.. Read(name, text)];
    }

    /// <summary>The path from the repository's root.</summary>
    public string Name { get; }

    public string Text { get; }

    public IReadOnlyList<GuideBlock> Blocks { get; }

    /// <summary>The README, and all guides in <c>docs</c>.</summary>
    public static IReadOnlyList<string> Names() =>
    [
        "README.md",
        .. Directory.GetFiles(Path.Combine(ModuleFixture.RepositoryRoot, "docs"), "*.md")
            .Select(path => "docs/" + Path.GetFileName(path)).Order(StringComparer.Ordinal),
    ];

    public static Guide Load(string name) => new(name, File.ReadAllText(Path.Combine(ModuleFixture.RepositoryRoot, name)));

    public static Guide Parse(string text) => new("guide.md", text);

    private static IEnumerable<GuideBlock> Read(string name, string text)
    {
        var lines = text.Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        string? mark = null;
        for (var i = 0; i < lines.Count; i++)
        {
            var line = i;
            if (lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                var code = Until(lines, ref i, "```", "the code block");
                if (lines[line] == "```powershell")
                {
                    yield return new GuideBlock(code, line + 1, mark, IsPrelude: false);
                    mark = null;
                }
            }
            else if (lines[i].StartsWith("<!-- prelude:", StringComparison.Ordinal))
            {
                var code = OneLinePrelude().Match(lines[i]) is { Success: true } one ? one.Groups[1].Value : Until(lines, ref i, "-->", "the prelude");
                yield return new GuideBlock(code, line + 1, null, IsPrelude: true);
            }
            else if (RunMark().Match(lines[i]) is { Success: true } run)
            {
                mark = run.Groups[1].Value;
                Assert.True(
                    mark.StartsWith("needs ", StringComparison.Ordinal) || mark.StartsWith("not here, ", StringComparison.Ordinal),
                    $"{name}({i + 1}): a mark says 'needs PROGRAM' or 'not here, REASON', not '{mark}'.");
            }

            if (mark is not null && i == line && lines[i].Length > 0)
            {
                Assert.True(RunMark().IsMatch(lines[i]), $"{name}({i + 1}): the mark 'run: {mark}' does not stand before a block of PowerShell.");
            }
        }

        Assert.True(mark is null, $"{name}: the mark 'run: {mark}' stands before no block.");

        string Until(List<string> all, ref int at, string end, string what)
        {
            var start = at;
            while (++at < all.Count && all[at].TrimEnd() != end)
            {
            }

            Assert.True(at < all.Count, $"{name}({start + 1}): {what} does not end.");
            return string.Join("\n", all.Skip(start + 1).Take(at - start - 1));
        }
    }

    [GeneratedRegex(@"^<!-- run: (.+) -->$")]
    private static partial Regex RunMark();

    [GeneratedRegex(@"^<!-- prelude: (.+) -->$")]
    private static partial Regex OneLinePrelude();
}
