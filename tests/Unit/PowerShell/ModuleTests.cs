using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;
using System.Runtime.Loader;

namespace SleapNn.Tests.Module;

public sealed class ModuleTests(ModuleFixture module) : IClassFixture<ModuleFixture>
{
    [Fact]
    public void It_can_be_imported_again()
    {
        var result = module.Invoke("Import-Module -Name $path -Force; (Get-Module SleapNn).ExportedCmdlets.Count", new { path = ModuleFixture.ModuleFolder });

        Assert.Equal(ExportedInManifest().Count, result.Succeeded().Output[^1].BaseObject);
    }

    [Fact]
    public void The_manifest_lists_every_cmdlet()
    {
        var isolated = AssemblyLoadContext.All.Single(c => c.Name == "SleapNn").Assemblies.Single(a => a.GetName().Name == "SleapNn.PowerShell");
        var classes = isolated.GetTypes()
            .Select(t => t.GetCustomAttribute<CmdletAttribute>())
            .OfType<CmdletAttribute>()
            .Select(c => $"{c.VerbName}-{c.NounName}")
            .Order(StringComparer.Ordinal);

        Assert.Equal(classes, ExportedInManifest());
    }

    [Fact]
    public void The_manifest_lists_every_format_and_type_file()
    {
        var files = Directory.GetFiles(ModuleFixture.ModuleFolder, "*.ps1xml").Select(Path.GetFileName).Order(StringComparer.Ordinal);

        Assert.Equal(
            files,
            ManifestList("FormatsToProcess").Concat(ManifestList("TypesToProcess")).Concat(ManifestList("TypesToProcess", "SleapNn.Sessions.psd1")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_verb_is_approved()
    {
        var verbs = new[] { typeof(VerbsCommon), typeof(VerbsCommunications), typeof(VerbsData), typeof(VerbsDiagnostic), typeof(VerbsLifecycle), typeof(VerbsOther), typeof(VerbsSecurity) }
            .SelectMany(t => t.GetFields()).Select(f => f.GetRawConstantValue());

        Assert.All(ExportedInManifest(), name => Assert.Contains(name.Split('-')[0], verbs));
    }

    private static IReadOnlyList<string> ExportedInManifest() => ManifestList("CmdletsToExport");

    private static IReadOnlyList<string> ManifestList(string key, string manifestName = "SleapNn.psd1")
    {
        var path = Path.Combine(ModuleFixture.ModuleFolder, manifestName);
        var ast = Parser.ParseFile(path, out _, out var errors);
        Assert.Empty(errors);
        var manifest = (Hashtable)ast.Find(a => a is HashtableAst, searchNestedScriptBlocks: false)!.SafeGetValue();
        return [.. ((object[])manifest[key]!).Cast<string>()];
    }
}
