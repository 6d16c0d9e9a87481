namespace SleapNn.Tasks;

/// <summary>Runs the demo script in the project's own host, so that it needs no pwsh.</summary>
internal static class DemoTask
{
    public static int Run(string root) =>
        Repository.Run(root, "dotnet", Repository.Host(root), "-NoLogo", "-File", Path.Combine(root, "samples", "Demo.ps1"))
        ?? Repository.Fail("The program 'dotnet' cannot be found.");
}
