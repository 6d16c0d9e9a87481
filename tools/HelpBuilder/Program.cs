using System.Management.Automation;
using System.Management.Automation.Runspaces;
using SleapNn.HelpBuilder;

if (args.Length != 3)
{
    Console.Error.WriteLine("Usage: HelpBuilder <module folder> <folder of the Markdown pages> <output folder>");
    return 2;
}

var (moduleFolder, pageFolder, outputFolder) = (args[0], args[1], args[2]);
try
{
    var cmdlets = LoadCmdlets(moduleFolder);
    var pages = Directory.GetFiles(pageFolder, "*-*.md").Order(StringComparer.Ordinal).Select(CmdletPage.Read).ToList();
    foreach (var page in pages.Where(p => !cmdlets.ContainsKey(p.Name)))
    {
        throw new PageException(page.File, 1, $"The module has no cmdlet '{page.Name}' (is it missing in CmdletsToExport of SleapNn.psd1?).");
    }

    Directory.CreateDirectory(outputFolder);
    MamlWriter.Write(Path.Combine(outputFolder, "SleapNn.PowerShell.dll-Help.xml"), pages.Select(p => (p, cmdlets[p.Name])));
    foreach (var about in Directory.GetFiles(pageFolder, "about_*.md"))
    {
        var name = Path.GetFileNameWithoutExtension(about) + ".help.txt";
        File.WriteAllText(Path.Combine(outputFolder, name), AboutPage.ToText(about));
    }

    return 0;
}
catch (PageException e)
{
    // The form that MSBuild understands and shows as an error of the file.
    Console.Error.WriteLine($"{e.File}({e.Line}): error HELP001: {e.Message}");
    return 1;
}

static Dictionary<string, CmdletInfo> LoadCmdlets(string moduleFolder)
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
    return module.ExportedCmdlets.Values.ToDictionary(c => c.Name, StringComparer.Ordinal);
}
