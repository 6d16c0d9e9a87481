using System.Reflection.PortableExecutable;

namespace SleapNn.Tasks;

/// <summary>
/// Copies the built module without the native libraries, which <c>Install-SleapRuntime</c> fetches, to
/// <c>out/package/SleapNn</c>, sees to it that it is small enough for the PowerShell Gallery, and imports the copy in a
/// process of its own to see that it is complete.
/// </summary>
internal static class PackageTask
{
    /// <summary>What the folder may take at most, in MB of 1,000,000 bytes.</summary>
    private const double LimitMegabytes = 100;

    private const string Check = "Import-Module -Name $args[0] -ErrorAction Stop; if ((Get-Module SleapNn).ExportedCmdlets.Count -eq 0) { throw 'No cmdlet is exported.' }";

    public static string Folder(string root) => Path.Combine(root, "out", "package", "SleapNn");

    public static int Run(string root)
    {
        var package = Folder(root);
        Copy(Repository.ModuleFolder(root), package);
        var megabytes = Directory.GetFiles(package, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length) / 1e6;
        if (megabytes >= LimitMegabytes)
        {
            return Repository.Fail($"The module in {package} takes {megabytes:F1} MB; the PowerShell Gallery is to get less than {LimitMegabytes:F0} MB.");
        }

        var script = Path.Combine(root, "out", "package", "check.ps1");
        File.WriteAllText(script, Check);
        var code = Repository.Run(root, "dotnet", Repository.Host(root), "-NoLogo", "-NoModule", "-File", script, package)
            ?? Repository.Fail("The program 'dotnet' cannot be found.");
        File.Delete(script);
        if (code == 0)
        {
            Console.WriteLine($"The module is in {package} ({megabytes:F1} MB). Copy the folder anywhere, import it with Import-Module, and run Install-SleapRuntime once.");
        }

        return code;
    }

    private static void Copy(string source, string target)
    {
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        foreach (var file in Directory.GetFiles(source, "*", SearchOption.AllDirectories).Where(file => !IsNative(file)))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static bool IsNative(string file)
    {
        var name = Path.GetFileName(file);
        if (!name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
        {
            return name.EndsWith(".dylib", StringComparison.Ordinal) || name.EndsWith(".so", StringComparison.Ordinal) || name.Contains(".so.", StringComparison.Ordinal);
        }

        using var stream = File.OpenRead(file);
        using var reader = new PEReader(stream);
        return !reader.HasMetadata;
    }
}
