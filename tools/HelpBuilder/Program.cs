using System.Management.Automation;
using System.Management.Automation.Runspaces;
using SleapNn.HelpBuilder;

if (args.Length is not (3 or 4))
{
    Console.Error.WriteLine("Usage: HelpBuilder <module folder> <folder of the Markdown pages> <output folder> [<configuration guide to write>]");
    return 2;
}

var (moduleFolder, pageFolder, outputFolder) = (args[0], args[1], args[2]);
try
{
    var (cmdlets, keys) = Load(moduleFolder);
    var pages = Directory.GetFiles(pageFolder, "*-*.md").Order(StringComparer.Ordinal).Select(CmdletPage.Read).ToList();
    foreach (var page in pages.Where(p => !cmdlets.ContainsKey(p.Name)))
    {
        throw new PageException(page.File, 1, $"The module has no cmdlet '{page.Name}' (is it missing in CmdletsToExport of SleapNn.psd1?).");
    }

    Directory.CreateDirectory(outputFolder);
    MamlWriter.Write(Path.Combine(outputFolder, "SleapNn.PowerShell.dll-Help.xml"), pages.Select(p => (p, cmdlets[p.Name])));
    foreach (var about in Directory.GetFiles(pageFolder, "about_*.md"))
    {
        var name = Path.GetFileNameWithoutExtension(about);
        var lines = File.ReadAllLines(about);
        var expanded = name == ConfigurationPage.Name ? ConfigurationPage.Expand(about, lines, keys) : lines;
        File.WriteAllText(Path.Combine(outputFolder, name + ".help.txt"), AboutPage.ToText(about, expanded));
        if (name == ConfigurationPage.Name && args.Length == 4)
        {
            File.WriteAllText(args[3], ConfigurationPage.ToGuide(expanded));
        }
    }

    return 0;
}
catch (PageException e)
{
    // The form that MSBuild understands and shows as an error of the file.
    Console.Error.WriteLine($"{e.File}({e.Line}): error HELP001: {e.Message}");
    return 1;
}

static (Dictionary<string, CmdletInfo> Cmdlets, IReadOnlyList<KeyText> Keys) Load(string moduleFolder)
{
    using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
    runspace.Open();
    SleapNn.Host.RootDrive.Repair(runspace);
    using var shell = PowerShell.Create(runspace);
    var module = shell.AddCommand("Import-Module")
        .AddParameter("Name", Path.GetFullPath(moduleFolder))
        .AddParameter("PassThru")
        .AddParameter("ErrorAction", ActionPreference.Stop)
        .Invoke<PSModuleInfo>().Single();
    shell.Commands.Clear();
    var keys = shell.AddCommand("Get-SleapConfigKey").Invoke().Select(KeyText.Of).ToList();
    return (module.ExportedCmdlets.Values.ToDictionary(c => c.Name, StringComparer.Ordinal), keys);
}
