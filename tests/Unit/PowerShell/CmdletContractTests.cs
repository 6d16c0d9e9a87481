using System.Management.Automation;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SleapNn.Tests.Module;

/// <summary>What holds for each cmdlet of the manifest, so that a new one falls under it: outputs, views, care with files.</summary>
public sealed partial class CmdletContractTests(ModuleFixture module) : IClassFixture<ModuleFixture>
{
    // They take an output path to write it into a configuration; the files come with the training.
    private static readonly string[] OnlyNamesTheOutput = ["Expand-SleapConfig", "New-SleapConfig"];

    private static readonly string[] OutputParameters = ["OutputPath", "OutputFolder", "LogPath", "JournalPath"];

    // A run that is there under its own name is taken literally, with or without wildcards in it.
    private static readonly string[] TakesRunsAsTheyAre = ["Compare-SleapRun"];

    // Verbs that change something outside the session.
    private static readonly string[] WritingVerbs = ["Export", "Register", "Unregister", "Install", "Uninstall", "Submit", "Stop", "Remove", "Update", "Watch", "Start", "Resume", "Edit"];

    // How a property's name tells its unit, and how a header may.
    private static readonly (string Ending, string Header)[] Units =
    [
        ("Px", "px|Px"), ("Seconds", "seconds|Seconds|s\\b"), ("Bytes", "bytes|Bytes|[KMG]i?B|Memory|Size"), ("Degrees", "degrees|°"), ("FramesPerSecond", "fps|FPS|PerSecond|per second"), ("Ms", "ms|Ms"), ("Percent", "%|Percent"),
    ];

    [Fact]
    public void Every_cmdlet_says_what_it_returns() =>
        Faults.None(Cmdlets().Where(c => c.OutputType.Count == 0 || c.OutputType.Any(t => t.Type is null)).Select(c => $"{c.Name} needs [OutputType(typeof(…))]"));

    [Fact]
    public void Every_output_type_has_a_table_and_a_list()
    {
        var views = Views().SelectMany(view => view.Elements("ViewSelectedBy").Elements("TypeName").Select(type => (Type: type.Value, View: view))).ToLookup(v => v.Type, v => v.View);
        var faults = new List<string>();
        foreach (var type in Cmdlets().SelectMany(c => c.OutputType).Select(t => t.Type!).Distinct().Where(t => t.Namespace!.StartsWith("SleapNn", StringComparison.Ordinal)))
        {
            faults.AddRange(new[] { "TableControl", "ListControl" }
                .Where(control => !views[type.FullName!].Any(view => view.Element(control) is not null))
                .Select(control => $"{type.FullName} has no {control} in Formats"));
        }

        Faults.None(faults);
    }

    [Fact]
    public void Every_view_shows_what_is_there()
    {
        var faults = new List<string>();
        foreach (var view in Views())
        {
            var types = view.Elements("ViewSelectedBy").Elements("TypeName").Select(name => Type.GetType($"{name.Value}, SleapNn.Core")).ToList();
            var shown = view.Descendants("PropertyName").Where(name => name.Parent!.Name != "GroupBy").Select(name => name.Value);
            faults.AddRange(types.OfType<Type>().SelectMany(type => shown.Where(name => type.GetProperty(name) is null && name != "Label").Select(name => $"{type.Name} has no property {name}")));
        }

        Faults.None(faults);
    }

    [Fact]
    public void Every_header_tells_the_unit()
    {
        var faults = new List<string>();
        foreach (var view in Views())
        {
            foreach (var (label, property) in Columns(view).Concat(Items(view)))
            {
                var wanted = Units.FirstOrDefault(unit => property.EndsWith(unit.Ending, StringComparison.Ordinal)).Header;
                if (wanted is not null && !Regex.IsMatch(label, wanted))
                {
                    faults.Add($"{view.Element("Name")!.Value}: the header '{label}' of {property} has no unit");
                }
            }
        }

        Faults.None(faults);
    }

    [Fact]
    public void Every_table_has_as_many_headers_as_columns() =>
        Faults.None(Views().Where(v => v.Element("TableControl") is { } table && table.Descendants("TableColumnHeader").Count() != table.Descendants("TableColumnItem").Count()).Select(v => v.Element("Name")!.Value));

    [Fact]
    public void Every_cmdlet_that_writes_can_be_asked_what_it_would_do() =>
        Faults.None(Cmdlets().Where(Writes).Where(c => !c.Parameters.ContainsKey("WhatIf") || !c.Parameters.ContainsKey("Confirm")).Select(c => $"{c.Name} needs SupportsShouldProcess"));

    [Fact]
    public void Every_cmdlet_that_names_its_output_replaces_files_only_with_force() =>
        Faults.None(Cmdlets().Where(c => Writes(c) && c.Parameters.ContainsKey("OutputPath") && !c.Parameters.ContainsKey("Force")).Select(c => $"{c.Name} needs -Force"));

    [Fact]
    public void Every_path_parameter_that_reads_has_a_literal_twin_that_takes_the_pipeline()
    {
        var faults = Cmdlets().Where(c => c.Parameters.TryGetValue("Path", out var path) && path.Attributes.OfType<SupportsWildcardsAttribute>().Any() && c.Noun != "SleapConfigKey" && !TakesRunsAsTheyAre.Contains(c.Name))
            .Where(c => !c.Parameters.TryGetValue("LiteralPath", out var literal) || !literal.Aliases.Contains("PSPath"))
            .Select(c => $"{c.Name} needs -LiteralPath with the alias PSPath");

        Faults.None(faults);
    }

    [Fact]
    public void Names_are_singular_and_the_modules_own() =>
        Assert.All(Cmdlets(), c => Assert.Matches("^Sleap[A-Z][A-Za-z]+$", c.Noun));

    private static bool Writes(CmdletInfo cmdlet) =>
        !OnlyNamesTheOutput.Contains(cmdlet.Name)
        && (OutputParameters.Any(cmdlet.Parameters.ContainsKey) || WritingVerbs.Contains(cmdlet.Verb));

    private static IEnumerable<XElement> Views() =>
        Directory.GetFiles(ModuleFixture.ModuleFolder, "*.format.ps1xml").SelectMany(file => XDocument.Load(file).Descendants("View"));

    private static IEnumerable<(string Label, string Property)> Columns(XElement view)
    {
        var headers = view.Descendants("TableColumnHeader").Select(header => header.Element("Label")?.Value).ToList();
        var items = view.Descendants("TableColumnItem").ToList();
        return items.Select((item, i) => (headers.ElementAtOrDefault(i), Property(item))).Select(pair => (pair.Item1 ?? pair.Item2, pair.Item2));
    }

    private static IEnumerable<(string Label, string Property)> Items(XElement view) =>
        view.Descendants("ListItem").Select(item => (item.Element("Label")?.Value ?? Property(item), Property(item)));

    // Of a script, the property that it shows where it shows one only.
    private static string Property(XElement item) =>
        item.Element("PropertyName")?.Value
        ?? (OneProperty().Matches(item.Element("ScriptBlock")?.Value ?? "") is var found && found.Select(m => m.Groups[1].Value).Distinct().ToList() is [var only] ? only : "");

    private IReadOnlyList<CmdletInfo> Cmdlets() => [.. module.Run("Get-Command -Module SleapNn -CommandType Cmdlet").Cast<CmdletInfo>()];

    [GeneratedRegex(@"\$_\.(\w+)")]
    private static partial Regex OneProperty();
}
