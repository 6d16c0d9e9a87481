namespace SleapNn.Tasks;

/// <summary>Runs each script of the folder <c>bench</c> in the project's own host.</summary>
internal static class BenchTask
{
    public static int Run(string root)
    {
        var folder = Path.Combine(root, "bench");
        var scripts = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.ps1").Order(StringComparer.Ordinal).ToArray() : [];
        if (scripts.Length == 0)
        {
            return Repository.Fail("There are no benchmarks: the folder 'bench' has no script.");
        }

        var worst = 0;
        foreach (var script in scripts)
        {
            Console.WriteLine($"== {Path.GetFileName(script)}");
            worst = Math.Max(worst, Repository.Run(root, "dotnet", Repository.Host(root), "-NoLogo", "-File", script) ?? 2);
        }

        return worst;
    }
}
