using SleapNn.Cluster;

namespace SleapNn.Tests.Cluster;

public sealed class JobReaderTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(2000);
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void A_journal_adds_up_attempts()
    {
        var journal = Read("1000\tbegin\tn1\t\t", "1060\trequeue\tn1\t143\t", "1500\tbegin\tn2\t\t", "1530\tend\tn2\t0\t");
        Assert.Equal(new TaskJournal(2, TimeSpan.FromSeconds(90), "n2", "end", 0, ""), journal);
        Assert.Equal(new TaskJournal(1, TimeSpan.FromSeconds(1000), "n1", "begin", null, ""), Read("1000\tbegin\tn1\t\t"));
        Assert.Equal(new TaskJournal(0, TimeSpan.Zero, "", null, null, ""), TaskJournal.Read(path + ".none", Now));
    }

    [Fact]
    public void A_damaged_line_is_left_out()
    {
        var journal = Read("1000\tbegin\tn1\t\t", "", "\0\0\0", "x\tend\tn1\t0\t", "1010\tend", "1020\tend\tn1\t1\tno module");
        Assert.Equal(new TaskJournal(1, TimeSpan.FromSeconds(20), "n1", "end", 1, "no module"), journal);
    }

    [Theory]
    // While Slurm knows it.
    [InlineData(null, "PENDING", ClusterTaskState.Pending, "Priority")]
    [InlineData("begin", "RUNNING", ClusterTaskState.Running, "")]
    [InlineData(null, "RUNNING", ClusterTaskState.Running, "")]
    [InlineData("end 0", "COMPLETING", ClusterTaskState.Finished, "")]
    [InlineData("end 1", "COMPLETING", ClusterTaskState.Failed, "exit code 1")]
    [InlineData("end 1", "PENDING", ClusterTaskState.Pending, "Priority")]
    [InlineData("requeue 143", "COMPLETING", ClusterTaskState.Pending, "to go on")]
    [InlineData("requeue 143", "PENDING", ClusterTaskState.Pending, "Priority")]
    [InlineData("stop 143", "COMPLETING", ClusterTaskState.Running, "COMPLETING")]
    [InlineData("stop 143", "PENDING", ClusterTaskState.Pending, "Priority")]
    [InlineData("begin", "OUT_OF_MEMORY", ClusterTaskState.Failed, "OUT_OF_MEMORY")]
    [InlineData("begin", "NODE_FAIL", ClusterTaskState.Failed, "NODE_FAIL")]
    [InlineData("stop 143", "TIMEOUT", ClusterTaskState.Failed, "TIMEOUT")]
    [InlineData("stop 143", "CANCELLED", ClusterTaskState.Stopped, "")]
    [InlineData(null, "CANCELLED", ClusterTaskState.Stopped, "before it began")]
    [InlineData("begin", "COMPLETED", ClusterTaskState.Finished, "")]
    // Once it has forgotten it.
    [InlineData("end 0", null, ClusterTaskState.Finished, "")]
    [InlineData("end 7", null, ClusterTaskState.Failed, "exit code 7")]
    [InlineData("stop 143", null, ClusterTaskState.Stopped, "")]
    [InlineData("stop 143 COMPLETING TimeLimit", null, ClusterTaskState.Failed, "TIMEOUT")]
    [InlineData("begin", null, ClusterTaskState.Failed, "killed: out of memory, or its node was lost")]
    [InlineData("requeue 143", null, ClusterTaskState.Stopped, "while it waited to go on")]
    [InlineData(null, null, ClusterTaskState.Stopped, "before it began")]
    public void States_follow_from_slurm_and_the_journal(string? last, string? slurm, ClusterTaskState state, string reason)
    {
        var report = slurm is null ? null : new SlurmTaskReport(slurm, "n1", slurm == "PENDING" ? "Priority" : "");
        Assert.Equal((state, reason), JobReader.StateOf(Journal(last), report, isAsked: true, isMarked: false));
    }

    [Theory]
    [InlineData("begin", ClusterTaskState.Running)]
    [InlineData("requeue 143", ClusterTaskState.Pending)]
    [InlineData(null, ClusterTaskState.Pending)]
    [InlineData("end 0", ClusterTaskState.Finished)]
    [InlineData("stop 143", ClusterTaskState.Stopped)]
    public void Without_squeue_the_folder_has_the_word(string? last, ClusterTaskState state) =>
        Assert.Equal(state, JobReader.StateOf(Journal(last), null, isAsked: false, isMarked: false).State);

    [Theory]
    [InlineData("stop 143", "COMPLETING")]
    [InlineData("stop 143", null)]
    [InlineData("end 143", null)]
    [InlineData(null, null)]
    public void What_the_user_stopped_is_stopped(string? last, string? slurm) =>
        Assert.Equal(ClusterTaskState.Stopped, JobReader.StateOf(Journal(last), slurm is null ? null : new SlurmTaskReport(slurm, "", ""), isAsked: true, isMarked: true).State);

    private static TaskJournal Journal(string? text)
    {
        var words = text?.Split(' ', 3) ?? [];
        return words.Length == 0
            ? new TaskJournal(0, TimeSpan.Zero, "", null, null, "")
            : new TaskJournal(1, TimeSpan.FromSeconds(1), "n1", words[0], words.Length > 1 ? int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture) : null, words.Length > 2 ? words[2] : "");
    }

    private TaskJournal Read(params string[] lines)
    {
        File.WriteAllLines(path, lines);
        return TaskJournal.Read(path, Now);
    }
}
