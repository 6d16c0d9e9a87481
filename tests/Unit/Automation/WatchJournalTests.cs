using SleapNn.Automation;

namespace SleapNn.Tests.Automation;

public sealed class WatchJournalTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-journal-").FullName;

    private string JournalPath => Path.Combine(folder, "j.jsonl");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Records_come_back_as_they_were()
    {
        var record = Record("sub/ä \"b\".mp4", VideoStep.Failed) with
        {
            OutputBefore = new FileStamp(1, DateTime.UtcNow),
            OutputAfter = new FileStamp(long.MaxValue, DateTime.UnixEpoch),
            Failures = 3,
            ProgressBytes = 4,
            Frames = 5,
            Instances = 6,
            ErrorId = "X",
            Error = "line\nline \u2028",
        };
        using (var journal = WatchJournal.Open(JournalPath))
        {
            journal.Add(record with { Step = VideoStep.Begun });
            journal.Add(record);
        }

        using var again = WatchJournal.Open(JournalPath);
        Assert.Equal(record, Assert.Single(again.Videos).Value);
        Assert.Equal(0, again.DamagedLines);
    }

    [Fact]
    public void A_journal_cut_at_any_byte_keeps_all_whole_lines_and_goes_on()
    {
        using (var journal = WatchJournal.Open(JournalPath))
        {
            journal.Add(Record("a", VideoStep.Done));
            journal.Add(Record("b", VideoStep.Begun));
            journal.Add(Record("b", VideoStep.Done));
        }

        var whole = File.ReadAllBytes(JournalPath);
        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(JournalPath, whole[..length]);
            var lines = whole[..length].Count(b => b == '\n');
            using (var cut = WatchJournal.Open(JournalPath))
            {
                Assert.Equal(lines switch { 0 => 0, 1 => 1, _ => 2 }, cut.Videos.Count);
                Assert.Equal(lines == 3, cut.Videos.TryGetValue("b", out var b) && b.Step == VideoStep.Done);
                cut.Add(Record("c", VideoStep.Done));
            }

            using var again = WatchJournal.Open(JournalPath);
            Assert.True(again.Videos.ContainsKey("c"));
            Assert.Equal(0, again.DamagedLines);
        }
    }

    [Fact]
    public void Damaged_lines_are_counted_and_the_others_kept()
    {
        using (var journal = WatchJournal.Open(JournalPath))
        {
            journal.Add(Record("a", VideoStep.Done));
        }

        File.AppendAllText(JournalPath, "\0\0\0\0\n[1]\n{\"event\":\"done\",\"video\":\"x\"}\n{\"event\":5,\"video\":\"x\"}\n{\"event\":\"start\"}\n{\"event\":\"done\",\"video\":\"y\",\"file\":\"1 z\"}\n");
        using var again = WatchJournal.Open(JournalPath);
        Assert.Equal(5, again.DamagedLines);
        Assert.Equal("a", Assert.Single(again.Videos).Key);
    }

    [Fact]
    public void A_lock_left_by_a_crash_holds_nobody_up()
    {
        File.WriteAllText(Path.Combine(folder, "j.lock"), "");
        using var journal = WatchJournal.Open(JournalPath);
        Assert.Equal("WatcherBusy", Assert.Throws<AutomationException>(() => WatchJournal.Open(JournalPath)).ErrorId);
        Assert.Empty(WatchJournal.Read(JournalPath));
    }

    private static VideoRecord Record(string name, VideoStep step) => new()
    {
        Name = name,
        Stamp = new FileStamp(12, new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddTicks(7)),
        Hash = "AB",
        Step = step,
        TimeUtc = new DateTime(2024, 1, 2, 3, 4, 6, DateTimeKind.Utc),
        Output = $"{name}.predictions.slp",
    };
}
