namespace SleapNn.Tasks;

/// <summary>
/// Copies the built module to <c>out/package/SleapNn</c>, as a user would copy it, and imports the copy in a process
/// of its own to see that it is complete.
/// </summary>
internal static class PackageTask
{
    private const string Check = "Import-Module -Name $args[0] -ErrorAction Stop; if ((Get-Module SleapNn).ExportedCmdlets.Count -eq 0) { throw 'No cmdlet is exported.' }";

    public static int Run(string root)
    {
        var source = Repository.ModuleFolder(root);
        var package = Path.Combine(root, "out", "package", "SleapNn");
        if (Directory.Exists(package))
        {
            Directory.Delete(package, recursive: true);
        }

        foreach (var file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(package, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        var script = Path.Combine(root, "out", "package", "check.ps1");
        File.WriteAllText(script, Check);
        var code = Repository.Run(root, "dotnet", Repository.Host(root), "-NoLogo", "-NoModule", "-File", script, package)
            ?? Repository.Fail("The program 'dotnet' cannot be found.");
        File.Delete(script);
        if (code == 0)
        {
            var megabytes = Directory.GetFiles(package, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length) / 1e6;
            Console.WriteLine($"The module is in {package} ({megabytes:F0} MB). Copy the folder anywhere and import it with Import-Module.");
        }

        return code;
    }
}
