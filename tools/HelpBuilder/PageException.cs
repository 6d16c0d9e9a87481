namespace SleapNn.HelpBuilder;

/// <summary>A help page that does not follow the form in docs/en-US/README.md.</summary>
public sealed class PageException(string file, int line, string message) : Exception(message)
{
    /// <summary>The page's path.</summary>
    public string File { get; } = file;

    /// <summary>The line, from 1.</summary>
    public int Line { get; } = line;
}
