using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;
using SleapNn.Configuration;

namespace SleapNn.Tests.Module.Guides;

/// <summary>What guides name outside blocks of code exists: the tables of the migration guide, error ids, guides in the index.</summary>
public sealed partial class GuideFactTests(ModuleFixture module) : IClassFixture<ModuleFixture>
{
    private static string Root => ModuleFixture.RepositoryRoot;

    [Fact]
    public void The_migration_guide_names_cmdlets_parameters_and_keys_that_exist()
    {
        var use = Use();
        var keys = Keys();
        var faults = new List<string>();
        var rows = 0;
        var header = "";
        var before = "";
        foreach (var line in File.ReadAllLines(Path.Combine(Root, "docs", "migration.md")))
        {
            if (!line.StartsWith('|'))
            {
                before = "";
                continue;
            }

            var here = Cells(line)[^1];
            if (before.Length == 0)
            {
                header = here;
            }
            else if (!line.StartsWith("|---", StringComparison.Ordinal))
            {
                var spans = Span().Matches(here).Select(m => m.Groups[1].Value.Replace("\\|", "|", StringComparison.Ordinal)).ToList();
                var checkedSpans = spans.Where(span => IsCommand(span) || span.StartsWith('-') || IsKey(span)).ToList();
                rows += checkedSpans.Count > 0 ? 1 : 0;
                faults.AddRange(checkedSpans.SelectMany(span => IsKey(span)
                    ? keys.Contains(span) ? [] : [$"there is no key {span}"]
                    : use.Faults(IsCommand(span) ? span : $"{Owner(here, span, header)} {span}")).Select(fault => $"'{line}': {fault}"));
                if (checkedSpans.Count == 0 && !here.Contains("nothing", StringComparison.Ordinal) && !here.Contains("SLEAP's own", StringComparison.Ordinal))
                {
                    faults.Add($"'{line}': names nothing that can be checked");
                }
            }

            before = line;
        }

        Faults.None(faults);
        Assert.True(rows > 100, $"{rows} rows");
    }

    [Fact]
    public void A_wrong_row_would_be_found()
    {
        var use = Use();

        Assert.NotEmpty(use.Faults("Invoke-SleapPrediction -Threshold"));
        Assert.NotEmpty(use.Faults("Invoke-SleapPredictions video.mp4"));
        Assert.NotEmpty(use.Faults("Invoke-SleapPrediction -Tracking -Motion Flow"));
        Assert.Empty(use.Faults("Invoke-SleapPrediction -Tracking -Motion OpticalFlow"));
    }

    [Fact]
    public void Error_ids_in_guides_exist_in_the_code()
    {
        var code = string.Join("\n", Directory.GetFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText));
        var known = Literal().Matches(code).Select(m => m.Groups[1].Value).ToHashSet();
        var named = Guide.Names().SelectMany(name => Ids(Guide.Load(name).Text).Select(id => (name, id)))
            .Concat(Span().Matches(Fence().Replace(Guide.Load("docs/troubleshooting.md").Text, "")).Select(m => m.Groups[1].Value).Where(span => LikeId().IsMatch(span)).Select(id => (name: "docs/troubleshooting.md", id)))
            .Distinct().ToList();

        Assert.True(named.Count > 20, $"{named.Count} ids");
        Faults.None(named.Where(n => !known.Contains(n.id)).Select(n => $"{n.name}: no error has the id {n.id}"));
    }

    [Fact]
    public void Cmdlets_parameters_and_keys_in_the_text_of_guides_exist()
    {
        var use = Use();
        var keys = Keys();
        var parameters = module.Run("Get-Command -Module SleapNn -CommandType Cmdlet").Cast<CmdletInfo>().SelectMany(c => c.Parameters.Keys).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var ofScripts = Directory.GetFiles(Path.Combine(Root, "samples"), "*.ps1")
            .SelectMany(file => Parser.ParseFile(file, out _, out _).ParamBlock?.Parameters.Select(p => p.Name.VariablePath.UserPath) ?? []);
        parameters.UnionWith(ofScripts);
        var faults = new List<string>();
        foreach (var guide in Guide.Names().Select(Guide.Load))
        {
            var text = string.Join("\n", Fence().Replace(guide.Text, "").Split('\n').Where(line => !line.StartsWith('|')));
            foreach (var span in Span().Matches(text).Select(m => m.Groups[1].Value))
            {
                faults.AddRange((IsCommand(span) ? use.Faults(span)
                    : IsKey(span) && !keys.Contains(span) ? [$"there is no key {span}"]
                    : Parameter().Match(span) is { Success: true } given && !parameters.Contains(given.Groups[1].Value) && !IsOfOthers(given.Groups[1].Value) ? [$"no cmdlet has a parameter {span}"]
                    : []).Select(fault => $"{guide.Name}: {fault}"));
            }
        }

        Faults.None(faults);
    }

    [Fact]
    public void The_index_names_every_guide()
    {
        var index = Guide.Load("docs/README.md").Text;

        Faults.None(Guide.Names().Where(name => name.StartsWith("docs/", StringComparison.Ordinal) && name != "docs/README.md")
            .Select(name => name["docs/".Length..]).Where(name => !index.Contains($"]({name})", StringComparison.Ordinal)).Select(name => $"docs/README.md does not name {name}"));
    }

    // Parameters of PowerShell's own commands that a guide may speak of.
    private static bool IsOfOthers(string name) => name is "NonInteractive" or "NoProfile" or "HostName" or "ComputerName" or "File" or "Command" or "Session" or "Task" or "TorchBackend";

    private static bool IsCommand(string span) => CommandName().IsMatch(span);

    private static bool IsKey(string span) => Key().IsMatch(span);

    // A parameter belongs to the cmdlet that its cell names, or else to that of the table.
    private static string Owner(string cell, string span, string header)
    {
        var after = cell[(cell.IndexOf(span, StringComparison.Ordinal) + span.Length)..];
        return OfCmdlet().Match(after) is { Success: true } named ? named.Groups[1].Value : header.Contains("-Sleap", StringComparison.Ordinal) ? header : "Unknown-SleapCmdlet";
    }

    private static string[] Cells(string line) => [.. CellEnd().Split(line.Trim().Trim('|')).Select(cell => cell.Trim())];

    private static IEnumerable<string> Ids(string text) =>
        IdList().Matches(text).SelectMany(m => Span().Matches(m.Value)).Select(m => m.Groups[1].Value);

    private CommandUse Use() => new(module.Run("Get-Command -Module SleapNn -CommandType Cmdlet").Cast<CmdletInfo>());

    private HashSet<string> Keys() => [.. module.Run("Get-SleapConfigKey").Cast<ConfigKeyInfo>().Select(key => key.Path)];

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Span();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex CellEnd();

    [GeneratedRegex(@"^[A-Z][a-z]+-Sleap[A-Za-z]+\b")]
    private static partial Regex CommandName();

    [GeneratedRegex(@"^(data|model|trainer)_config(\.[a-z_0-9]+)+$")]
    private static partial Regex Key();

    [GeneratedRegex(@"^-([A-Z][A-Za-z]+)")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^` of `([A-Za-z-]+)`")]
    private static partial Regex OfCmdlet();

    [GeneratedRegex(@"\bIds?:(\s+`[A-Za-z]+`,?)+")]
    private static partial Regex IdList();

    [GeneratedRegex("^[A-Z][a-z]+([A-Z][a-z]+)+$")]
    private static partial Regex LikeId();

    [GeneratedRegex("\"([A-Z][A-Za-z]+)\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
