namespace SleapNn.Tasks;

/// <summary>Kills training at many random moments; the tests proper kill it at a few fixed ones.</summary>
internal static class SurvivalTask
{
    private const string Project = "tests/Unit/SleapNn.Tests.csproj";
    private const string DefaultCount = "100";

    public static int Run(string root)
    {
        // The number of kills, for the tests to read. One that was given stays.
        const string Variable = "SLEAPNN_KILLS";
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 })
        {
            Environment.SetEnvironmentVariable(Variable, DefaultCount);
        }

        Console.WriteLine($"== {Project}, {Environment.GetEnvironmentVariable(Variable)} kills");
        return Repository.Run(
            root,
            "dotnet",
            "test", Project, "--configuration", "Release", "--no-build",
            "--filter", "Category=Survival",
            "--logger", "console;verbosity=detailed",
            "--blame-hang-timeout", "2h", "--blame-hang-dump-type", "none") ?? Repository.Fail("The program 'dotnet' cannot be found.");
    }
}
