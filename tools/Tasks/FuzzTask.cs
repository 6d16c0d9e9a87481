namespace SleapNn.Tasks;

/// <summary>Tries many damaged and hostile files; the tests proper try a few of them each time.</summary>
internal static class FuzzTask
{
    private const string Project = "tests/Unit/SleapNn.Tests.csproj";
    private const string DefaultCount = "10000";

    public static int Run(string root)
    {
        // The number of files, for the tests to read. One that was given stays.
        const string Variable = "SLEAPNN_MUTATIONS";
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 })
        {
            Environment.SetEnvironmentVariable(Variable, DefaultCount);
        }

        Console.WriteLine($"== {Project}, {Environment.GetEnvironmentVariable(Variable)} files of each kind");
        return Repository.Run(
            root,
            "dotnet",
            "test", Project, "--configuration", "Release", "--no-build",
            "--filter", "Category=Fuzz",
            "--logger", "console;verbosity=normal",
            "--blame-hang-timeout", "30m", "--blame-hang-dump-type", "none") ?? Repository.Fail("The program 'dotnet' cannot be found.");
    }
}
