using System.Diagnostics;
using System.Text;
using SleapNn.Automation;

namespace SleapNn.Tests.Automation;

public sealed class CommandLineTests
{
    private static readonly string[] Odd =
    [
        "plain", "with space", "", "it's", "\"double\"", "50%", "%d%%", "$HOME", "$(id)", "`id`", "back\\slash", "end\\", "a\\\"b", "\\\\server\\share\\",
        "semi;colon&and|or", "*?[a]", "~", "#no comment", "é µ 日本", "-File", "tab\there", "!bang", "{a,b}", "a=b",
    ];

    public static TheoryData<string> Words => [.. Odd];

    [Fact]
    public void The_shell_sees_the_words_as_they_are()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var line = new CommandLine("/usr/bin/env", ["printf", "%s\\0", .. Odd]) { Environment = new Dictionary<string, string> { ["ODD"] = "$x 'y'" } };
        Assert.Equal(Odd, Shell(line.ForShell()).Split('\0')[..^1]);
        Assert.StartsWith("ODD='$x '\\''y'\\''' ", line.ForShell());
        Assert.Equal("$x 'y'", Shell(line with { Arguments = ["sh", "-c", "printf %s \"$ODD\""] } is var nested ? nested.ForShell() : ""));
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void Systemd_sees_the_words_as_they_are(string word)
    {
        var line = new CommandLine($"/opt/{word}/pwsh", ["-File", word]);
        Assert.Equal([$"/opt/{word}/pwsh", "-File", word], SystemdSplit(line.ForSystemd(), program: true));
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void Windows_programs_see_the_words_as_they_are(string word) =>
        Assert.Equal(["-File", word, "last"], WindowsSplit(new CommandLine("pwsh.exe", ["-File", word, "last"]).ArgumentsForWindows()));

    private static string Shell(string line)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", line]) { RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    // As systemd.service(5) and systemd.syntax(7) describe it: quotes, escapes, then specifiers, then, but for the program, variables.
    private static List<string> SystemdSplit(string line, bool program)
    {
        var words = new List<string>();
        for (var i = 0; i < line.Length; i++)
        {
            Assert.Equal('"', line[i++]);
            var word = new StringBuilder();
            for (; line[i] != '"'; i++)
            {
                word.Append(line[i] == '\\' ? line[++i] switch { 'n' => '\n', 't' => '\t', var c => c } : line[i]);
            }

            var text = word.ToString().Replace("%%", "\u0001", StringComparison.Ordinal);
            Assert.DoesNotContain("%", text);
            text = text.Replace('\u0001', '%');
            if (!program || words.Count > 0)
            {
                text = text.Replace("$$", "\u0001", StringComparison.Ordinal);
                Assert.DoesNotContain("$", text);
                text = text.Replace('\u0001', '$');
            }

            words.Add(text);
            i++;
        }

        return words;
    }

    // CommandLineToArgvW, for what follows the program.
    private static List<string> WindowsSplit(string line)
    {
        var words = new List<string>();
        var i = 0;
        while (i < line.Length)
        {
            var (word, isQuoted) = (new StringBuilder(), false);
            for (; i < line.Length && (isQuoted || !char.IsWhiteSpace(line[i])); i++)
            {
                var backslashes = 0;
                while (i < line.Length && line[i] == '\\')
                {
                    (backslashes, i) = (backslashes + 1, i + 1);
                }

                if (i < line.Length && line[i] == '"')
                {
                    word.Append('\\', backslashes / 2);
                    if (backslashes % 2 == 1)
                    {
                        word.Append('"');
                    }
                    else
                    {
                        isQuoted = !isQuoted;
                    }
                }
                else
                {
                    word.Append('\\', backslashes);
                    if (i < line.Length && (isQuoted || !char.IsWhiteSpace(line[i])))
                    {
                        word.Append(line[i]);
                    }
                    else
                    {
                        break;
                    }
                }
            }

            words.Add(word.ToString());
            while (i < line.Length && char.IsWhiteSpace(line[i]))
            {
                i++;
            }
        }

        return words;
    }
}
