using System.Text.Json;
using System.Xml.Linq;

namespace SleapNn.Tasks;

/// <summary>Runs the xunit projects, then Pester's tests where pwsh and Pester 5 are found, and adds up.</summary>
internal static class TestTask
{
    private static readonly string[] Projects =
        ["tests/Unit/SleapNn.Tests.csproj", "tests/Unit/PowerShell/SleapNn.Module.Tests.csproj"];

    public static int Run(string root)
    {
        var results = Path.Combine(root, "out", "test-results");
        if (Directory.Exists(results))
        {
            Directory.Delete(results, recursive: true);
        }

        Directory.CreateDirectory(results);
        var total = new Counts(0, 0, 0);
        foreach (var project in Projects)
        {
            total += RunXunit(root, project, results);
        }

        total += RunPester(root, results);
        Console.WriteLine();
        Console.WriteLine($"{total.Passed} passed, {total.Failed} failed, {total.Skipped} skipped");
        return total.Failed == 0 ? 0 : 1;
    }

    private static Counts RunXunit(string root, string project, string results)
    {
        var file = Path.GetFileNameWithoutExtension(project) + ".trx";
        Console.WriteLine($"== {project}");
        var code = Repository.Run(
            root,
            "dotnet",
            "test", project, "--configuration", "Release", "--no-build",
            "--logger", "console;verbosity=minimal",
            "--logger", $"trx;LogFileName={file}",
            "--results-directory", results,
            "--blame-hang-timeout", "15m", "--blame-hang-dump-type", "none");

        var path = Path.Combine(results, file);
        if (!File.Exists(path))
        {
            Console.WriteLine($"{project} left no results (exit code {code}): counted as one failure.");
            return new Counts(0, 1, 0);
        }

        var outcomes = XDocument.Load(path).Descendants().Where(e => e.Name.LocalName == "UnitTestResult")
            .Select(e => (string?)e.Attribute("outcome")).ToList();
        var counts = new Counts(
            outcomes.Count(o => o == "Passed"),
            outcomes.Count(o => o is not ("Passed" or "NotExecuted")),
            outcomes.Count(o => o == "NotExecuted"));

        // A test process that died half-way leaves good results of the tests before.
        return code != 0 && counts.Failed == 0 ? counts with { Failed = 1 } : counts;
    }

    private static Counts RunPester(string root, string results)
    {
        Console.WriteLine("== tests/Pester");
        var path = Path.Combine(results, "pester.json");
        var code = Repository.Run(
            root,
            "pwsh",
            "-NoProfile", "-NonInteractive", "-File", Path.Combine("tests", "Pester", "Run.ps1"),
            "-ModulePath", Repository.ModuleFolder(root), "-ResultPath", path);
        switch (code)
        {
            case null:
                Console.WriteLine("Pester's tests were not run: pwsh is not installed.");
                return new Counts(0, 0, 0);
            case 3:
                Console.WriteLine("Pester's tests were not run: pwsh has no Pester 5.");
                return new Counts(0, 0, 0);
        }

        if (!File.Exists(path))
        {
            Console.WriteLine($"Pester left no results (exit code {code}): counted as one failure.");
            return new Counts(0, 1, 0);
        }

        using var json = JsonDocument.Parse(File.ReadAllText(path));
        return new Counts(Number("Passed"), Number("Failed"), Number("Skipped"));

        int Number(string name) => json.RootElement.GetProperty(name).GetInt32();
    }

    private readonly record struct Counts(int Passed, int Failed, int Skipped)
    {
        public static Counts operator +(Counts a, Counts b) => new(a.Passed + b.Passed, a.Failed + b.Failed, a.Skipped + b.Skipped);
    }
}
