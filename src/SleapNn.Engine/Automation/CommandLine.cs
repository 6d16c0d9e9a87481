using System.Text;

namespace SleapNn.Automation;

/// <summary>A program and its arguments, and how schedulers want them written.</summary>
/// <param name="Program">The program's full path.</param>
/// <param name="Arguments">The arguments, each as the program is to see it.</param>
public sealed record CommandLine(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Variables that the program needs before it starts.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    private IEnumerable<string> All => Arguments.Prepend(Program);

    /// <summary>For the shell that runs cron's lines.</summary>
    /// <returns>One line for <c>/bin/sh</c>.</returns>
    public string ForShell() =>
        string.Join(' ', [.. Environment.Select(pair => $"{pair.Key}={ShellWord(pair.Value)}"), .. All.Select(ShellWord)]);

    /// <summary>For <c>ExecStart=</c> (systemd.service(5), "Command lines").</summary>
    /// <returns>The value.</returns>
    /// <remarks>Dollar signs are variables in the arguments, but not in the program's path.</remarks>
    public string ForSystemd() =>
        string.Join(' ', Arguments.Select(word => SystemdWord(word).Replace("$", "$$", StringComparison.Ordinal)).Prepend(SystemdWord(Program)));

    /// <summary>For <c>Environment=</c> of systemd, which expands no dollar signs.</summary>
    /// <returns>The values, or nothing.</returns>
    public string EnvironmentForSystemd() => string.Join(' ', Environment.Select(pair => SystemdWord($"{pair.Key}={pair.Value}")));

    /// <summary>The arguments as Windows programs split them (CommandLineToArgvW).</summary>
    /// <returns>The arguments in one text.</returns>
    public string ArgumentsForWindows() => string.Join(' ', Arguments.Select(WindowsWord));

    /// <summary>A word that the shell takes as it is.</summary>
    /// <param name="word">The word.</param>
    /// <returns>The word in quotes, where it needs them.</returns>
    public static string ShellWord(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=,+@".Contains(c)) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string SystemdWord(string word)
    {
        var text = new StringBuilder("\"");
        foreach (var c in word)
        {
            text.Append(c switch
            {
                '"' or '\\' => $"\\{c}",
                '%' => "%%",
                '\n' => "\\n",
                '\t' => "\\t",
                _ => c.ToString(),
            });
        }

        return text.Append('"').ToString();
    }

    private static string WindowsWord(string word)
    {
        if (word.Length > 0 && !word.Any(c => char.IsWhiteSpace(c) || c == '"'))
        {
            return word;
        }

        var text = new StringBuilder("\"");
        var backslashes = 0;
        foreach (var c in word)
        {
            if (c == '\\')
            {
                backslashes++;
                continue;
            }

            // Backslashes mean themselves, but for those before a quote, which are doubled.
            text.Append('\\', c == '"' ? (2 * backslashes) + 1 : backslashes).Append(c);
            backslashes = 0;
        }

        return text.Append('\\', 2 * backslashes).Append('"').ToString();
    }
}
