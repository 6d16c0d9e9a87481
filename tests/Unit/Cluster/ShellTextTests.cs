using CsCheck;
using SleapNn.Cluster;
using SleapNn.Runtime;
using SleapNn.Tests.Runtime;

namespace SleapNn.Tests.Cluster;

public sealed class ShellTextTests
{
    [LinuxFact]
    public void Bash_gets_back_what_was_quoted() =>
        Gen.Char[(char)1, '\u017f'].Array[1, 200].Sample(
            chars =>
            {
                var text = new string(chars);
                Assert.Equal(text, ProgramRunner.Run("bash", ["-c", $"printf %s {ShellText.Quote(text)}"])!.Output);
            },
            iter: 40, threads: 1);

    [Theory]
    [InlineData("--mem=16G", "#SBATCH --mem=16G")]
    [InlineData("--array=1-9%4", "#SBATCH --array=1-9%4")]
    [InlineData("--job-name=it's #1", "#SBATCH \"--job-name=it's #1\"")]
    [InlineData("--comment=a \"b\" \\", "#SBATCH \"--comment=a \\\"b\\\" \\\\\"")]
    [InlineData("--constraint=a100|h100", "#SBATCH --constraint=a100|h100")]
    public void Options_are_quoted_where_sbatch_would_take_them_apart(string option, string line) =>
        Assert.Equal(line, ShellText.SbatchLine(option));

    [Theory]
    [InlineData("--comment=a\n#SBATCH --uid=0")]
    [InlineData("--comment=a\rb")]
    [InlineData("\0")]
    public void An_option_cannot_bring_a_line_of_its_own(string option) =>
        Assert.Equal("ClusterOptionInvalid", Assert.Throws<ClusterException>(() => ShellText.SbatchLine(option)).ErrorId);
}
