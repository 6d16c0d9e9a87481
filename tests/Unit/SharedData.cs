namespace SleapNn.Tests;

/// <summary>Finds the reference data that tests compare with. They are not part of the repository.</summary>
internal static class SharedData
{
    public static string? Root { get; } = Find();

    public static string Absent => "The reference data are not here: set SLEAPNN_SHARED to their folder, or put it beside the repository as 'shared'.";

    public static string PathTo(params string[] parts) => Path.Combine([Root ?? throw new InvalidOperationException(Absent), .. parts]);

    private static string? Find()
    {
        var given = Environment.GetEnvironmentVariable("SLEAPNN_SHARED");
        if (!string.IsNullOrEmpty(given))
        {
            return Directory.Exists(given) ? given : null;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared");
            if (Directory.Exists(Path.Combine(candidate, "reference")))
            {
                return candidate;
            }
        }

        return null;
    }
}
