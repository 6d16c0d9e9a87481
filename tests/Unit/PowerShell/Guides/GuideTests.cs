using System.Management.Automation;
using System.Text.RegularExpressions;

namespace SleapNn.Tests.Module.Guides;

/// <summary>The README and the guides say what is so: each block of PowerShell in them runs, on generated data.</summary>
public sealed partial class GuideTests(ModuleFixture module) : IClassFixture<ModuleFixture>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-guide-").FullName;

    public static TheoryData<string> Documents { get; } = [.. Guide.Names()];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_block_runs(string document)
    {
        Assert.Null(GuideRunner.Run(Guide.Load(document), folder));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_block_parses_and_uses_what_exists(string document)
    {
        var use = new CommandUse(module.Run("Get-Command -Module SleapNn -CommandType Cmdlet").Cast<CmdletInfo>());
        var guide = Guide.Load(document);

        Faults.None(guide.Blocks.SelectMany(block => use.Faults(block.Code).Select(fault => $"{guide.Name}({block.Line}): {fault}")));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_leads_somewhere(string document)
    {
        var guide = Guide.Load(document);
        var place = Path.GetDirectoryName(Path.Combine(ModuleFixture.RepositoryRoot, document))!;
        var links = Link().Matches(guide.Text).Select(m => m.Groups[1].Value).Where(l => !l.StartsWith("http", StringComparison.Ordinal)).ToList();

        Faults.None(links.Where(l => l[0] != '#' && !Path.Exists(Path.Combine(place, l.Split('#')[0]))));
        Faults.None(links.Where(l => l.Contains('#') && !HasAnchor(l[0] == '#' ? guide.Text : File.ReadAllText(Path.Combine(place, l.Split('#')[0])), l.Split('#')[1])));
    }

    [Fact]
    public void Few_blocks_are_left_out()
    {
        var blocks = Guide.Names().Select(Guide.Load).SelectMany(guide => guide.Blocks).Where(block => !block.IsPrelude).ToList();
        var marked = blocks.Count(block => block.Mark is not null);

        Assert.True(marked * 5 <= blocks.Count, $"{marked} of {blocks.Count} blocks are not run everywhere; at most one in five may be.");
    }

    [Theory]
    [InlineData("$a = 1\n```\n\n```powershell\nif ($a -ne 1) { throw 'lost' }", null)]
    [InlineData("Import-SleapLabels ./nowhere.slp", "PathNotFound")]
    [InlineData("throw 'broken'", "broken")]
    [InlineData("Get-Nonsense", "Get-Nonsense")]
    [InlineData("Write-Error 'told'", "told")]
    public void A_broken_block_is_found_and_named(string code, string? fault)
    {
        var found = GuideRunner.Run(Guide.Parse($"# A guide\n\n```powershell\n{code}\n```\n"), folder);

        if (fault is null)
        {
            Assert.Null(found);
        }
        else
        {
            Assert.StartsWith("guide.md(3): ", found, StringComparison.Ordinal);
            Assert.Contains(fault, found, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Marks_and_preludes_are_read()
    {
        var guide = Guide.Parse(
            """
            <!-- prelude: $a = 1 -->
            <!-- prelude:
            $b = 2
            $c = 3
            -->

            <!-- run: needs a-program-that-nobody-has -->
            ```powershell
            throw 'not run'
            ```

            ```sh
            not PowerShell
            ```

            <!-- run: not here, it takes a day -->
            ```powershell
            throw 'not run'
            ```
            """);

        Assert.Equal(["$a = 1", "$b = 2\n$c = 3"], guide.Blocks.Where(b => b.IsPrelude).Select(b => b.Code));
        Assert.Equal([false, false], guide.Blocks.Where(b => !b.IsPrelude).Select(b => b.CanRun));
    }

    [Theory]
    [InlineData("<!-- run: sometimes -->\n```powershell\n```")]
    [InlineData("<!-- run: not here, at all -->\ntext\n```powershell\n```")]
    [InlineData("<!-- run: not here, at all -->")]
    [InlineData("```powershell\nopen")]
    public void A_mark_that_means_nothing_is_refused(string text) =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Guide.Parse(text));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static bool HasAnchor(string text, string anchor) =>
        Heading().Matches(text).Any(m => Drop().Replace(m.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-') == anchor);

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Drop();
}
