namespace SleapNn.Tests.Configuration;

/// <summary>The tracked types file is the one that follows from the configuration's types.</summary>
public sealed class TypesFileTests
{
    [Fact]
    public void The_types_file_is_up_to_date() => AssertTracked("SleapNn.types.ps1xml", TypesFile.Generate());

    [Fact]
    public void The_file_that_completes_the_keys_of_tables_is_up_to_date() => AssertTracked("ConfigTable.types.ps1xml", TypesFile.GenerateTable());

    private static void AssertTracked(string name, string expected)
    {
        var path = Path.Combine(RepositoryRoot(), "src", "SleapNn.PowerShell", name);
        if (Environment.GetEnvironmentVariable("SLEAPNN_UPDATE") == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.Equal(expected, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    internal static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "SleapNn.slnx")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
