using System.Management.Automation;
using System.Management.Automation.Language;
using SleapNn.HelpBuilder;

namespace SleapNn.Tests.Module;

/// <summary>Every cmdlet and every parameter is explained, and Get-Help shows it.</summary>
public sealed class HelpTests(ModuleFixture module) : IClassFixture<ModuleFixture>
{
    private static string PageFolder { get; } = Path.Combine(ModuleFixture.RepositoryRoot, "docs", "en-US");

    [Fact]
    public void Every_cmdlet_and_parameter_has_help_and_two_examples_that_parse()
    {
        var faults = new List<string>();
        foreach (var cmdlet in Cmdlets())
        {
            var file = Path.Combine(PageFolder, cmdlet.Name + ".md");
            if (!File.Exists(file))
            {
                faults.Add($"{cmdlet.Name}: no page docs/en-US/{cmdlet.Name}.md");
                continue;
            }

            var page = CmdletPage.Read(file);
            var described = page.Parameters.Where(p => p.Paragraphs.Count > 0).Select(p => p.Name);
            var own = cmdlet.Parameters.Keys.Where(n => !Cmdlet.CommonParameters.Contains(n) && !Cmdlet.OptionalCommonParameters.Contains(n));
            faults.AddRange(own.Except(described).Select(n => $"{cmdlet.Name}: the parameter {n} has no help"));
            if (page.Examples.Count < 2)
            {
                faults.Add($"{cmdlet.Name}: {page.Examples.Count} examples");
            }

            foreach (var example in page.Examples)
            {
                Parser.ParseInput(example.Code, out _, out var errors);
                faults.AddRange(errors.Select(e => $"{cmdlet.Name}, example '{example.Title}': {e.Message}"));
            }
        }

        Faults.None(faults);
    }

    [Fact]
    public void Examples_use_parameters_that_exist()
    {
        var use = new CommandUse(Cmdlets());

        Faults.None(Directory.GetFiles(PageFolder, "*-*.md").Select(CmdletPage.Read).SelectMany(page => page.Examples.SelectMany(e => use.Faults(e.Code)).Select(fault => $"{page.Name}: {fault}")));
    }

    [Fact]
    public void About_pages_use_commands_and_parameters_that_exist()
    {
        var use = new CommandUse(Cmdlets());
        var blocks = Directory.GetFiles(PageFolder, "about_*.md").SelectMany(file => Guides.Guide.Parse(File.ReadAllText(file)).Blocks.Select(block => (file, block)));

        Faults.None(blocks.SelectMany(b => use.Faults(b.block.Code).Select(fault => $"{Path.GetFileName(b.file)}({b.block.Line}): {fault}")));
    }

    [Fact]
    public void Get_Help_shows_the_page()
    {
        foreach (var page in Directory.GetFiles(PageFolder, "*-*.md").Select(CmdletPage.Read))
        {
            var text = module.RunSingle<string>("Get-Help $name -Full | Out-String -Width 4096", new { name = page.Name });

            Assert.Contains(page.Synopsis, text);
            Assert.All(page.Parameters, p => Assert.Contains("-" + p.Name, text));
            Assert.All(page.Examples, e => Assert.Contains(e.Title, text));
        }
    }

    [Fact]
    public void Get_Help_shows_the_about_page()
    {
        var text = module.RunSingle<string>("Get-Help about_SleapNn | Out-String");

        Assert.Contains("Start-SleapTraining", text);
    }

    [Theory]
    [InlineData("# Other-Name\n", 1)]
    [InlineData("# Get-Page\n## Synopsis\nOne.\n## Examples\n", 1)]
    [InlineData("# Get-Page\n## Synopsis\nOne.\n## Nonsense\n", 4)]
    [InlineData("# Get-Page\n## Description\nA.\n## Synopsis\nOne.\n", 4)]
    [InlineData("# Get-Page\n## Synopsis\nOne.\n## Description\nA.\n## Examples\n### No code\ntext\n", 7)]
    [InlineData("# Get-Page\n## Synopsis\nOne.\n## Description\n```\nopen\n", 5)]
    public void A_page_that_does_not_follow_the_form_is_refused_with_its_line(string text, int line)
    {
        var error = Assert.Throws<PageException>(() => CmdletPage.Parse("Get-Page.md", text.Split('\n')));

        Assert.Equal(line, error.Line);
    }

    private IEnumerable<CmdletInfo> Cmdlets() => module.Run("Get-Command -Module SleapNn -CommandType Cmdlet").Cast<CmdletInfo>();
}
