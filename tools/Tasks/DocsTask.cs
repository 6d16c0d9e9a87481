namespace SleapNn.Tasks;

/// <summary>Writes the reference of the configuration anew, from the built module.</summary>
internal static class DocsTask
{
    public static int Run(string root) => Repository.Run(
        root,
        "dotnet",
        Path.Combine(root, "tools", "HelpBuilder", "bin", "Release", "net10.0", "HelpBuilder.dll"),
        Repository.ModuleFolder(root),
        Path.Combine(root, "docs", "en-US"),
        Path.Combine(Repository.ModuleFolder(root), "en-US"),
        Path.Combine(root, "docs", "configuration.md")) ?? Repository.Fail("The program 'dotnet' cannot be found.");
}
