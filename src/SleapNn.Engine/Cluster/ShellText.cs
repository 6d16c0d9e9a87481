using System.Text.RegularExpressions;

namespace SleapNn.Cluster;

/// <summary>Text as bash and the lines of sbatch take it.</summary>
internal static partial class ShellText
{
    /// <summary>A word that bash takes as it is, whatever is in it (POSIX shell command language, 2.2.2).</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text in single quotes.</returns>
    public static string Quote(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    /// <summary>
    /// A line that tells sbatch an option. sbatch reads the rest of the line as words: quotes and backslashes as in a
    /// shell, but for variables, and # begins a remark.
    /// </summary>
    /// <param name="option">The option, such as <c>--mem=16G</c>.</param>
    /// <returns>The line.</returns>
    /// <exception cref="ClusterException">It has more than one line (ClusterOptionInvalid).</exception>
    public static string SbatchLine(string option)
    {
        if (option.Any(char.IsControl))
        {
            throw new ClusterException("ClusterOptionInvalid", $"The option '{option}' of sbatch has a line break or another control character.", option);
        }

        return "#SBATCH " + (Plain().IsMatch(option) ? option : $"\"{option.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
    }

    [GeneratedRegex(@"^[\w@%+=:,./\[\]&|*!-]+$")]
    private static partial Regex Plain();
}
