using System.Text.Json.Nodes;
using SleapNn.Automation;

namespace SleapNn.Tests.Automation;

public sealed class RotatingLogTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-log-").FullName;

    private string LogPath => Path.Combine(folder, "logs", "night.log");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Lines_are_added_to_what_is_there()
    {
        new RotatingLog(LogPath, LogFormat.Text, 1 << 20, 3).Write(Event("first\nline"));
        new RotatingLog(LogPath, LogFormat.Text, 1 << 20, 3).Write(Event("second", LogEventLevel.Warning));

        var lines = File.ReadAllLines(LogPath);
        Assert.Matches(@"^2024-05-06 07:08:09\.000 \+02:00 INFO    first line$", lines[0]);
        Assert.EndsWith("WARNING second", lines[1]);
        Assert.Equal(2, lines.Length);
    }

    [Fact]
    public void Json_lines_hold_the_fields()
    {
        var log = new RotatingLog(LogPath, LogFormat.Json, 1 << 20, 3);
        log.Write(new LogEvent { Name = "done", Message = "\"µ\"\r\nx", Fields = new Dictionary<string, object?> { ["frames"] = 5L, ["seconds"] = 1.5, ["video"] = "/a b", ["error"] = null, ["isFirst"] = true } });

        var json = JsonNode.Parse(Assert.Single(File.ReadAllLines(LogPath)))!.AsObject();
        Assert.Equal(["time", "level", "event", "message", "frames", "seconds", "video", "isFirst"], json.Select(pair => pair.Key));
        Assert.Equal(("info", "done", "\"µ\"\r\nx", 5L, 1.5, "/a b", true), ((string)json["level"]!, (string)json["event"]!, (string)json["message"]!, (long)json["frames"]!, (double)json["seconds"]!, (string)json["video"]!, (bool)json["isFirst"]!));
        Assert.True(DateTimeOffset.TryParse((string)json["time"]!, out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_full_file_makes_room(int files)
    {
        var log = new RotatingLog(LogPath, LogFormat.Text, 1000, files);
        for (var i = 0; i < 100; i++)
        {
            log.Write(Event($"line {i:000} {new string('x', 60)}"));
        }

        var there = Directory.GetFiles(Path.GetDirectoryName(LogPath)!).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(files, there.Count);
        Assert.All(there, path => Assert.InRange(new FileInfo(path).Length, 1, 1000));
        var ages = Enumerable.Range(1, files - 1).Reverse().Select(log.OlderPath).Append(LogPath);
        var numbers = ages.SelectMany(File.ReadAllLines).Select(line => int.Parse(line.Split("line ")[1][..3], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(Enumerable.Range(numbers[0], 100 - numbers[0]), numbers);
    }

    [Fact]
    public void A_line_longer_than_a_file_may_be_is_written_still()
    {
        var log = new RotatingLog(LogPath, LogFormat.Text, 100, 2);
        log.Write(Event(new string('x', 500)));
        log.Write(Event(new string('y', 500)));
        Assert.Contains("yyy", File.ReadAllText(LogPath));
        Assert.Contains("xxx", File.ReadAllText(log.OlderPath(1)));
    }

    [Fact]
    public void A_torn_line_does_not_swallow_the_next()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LogPath)!);
        File.WriteAllText(LogPath, "torn by a cra");
        new RotatingLog(LogPath, LogFormat.Text, 1 << 20, 3).Write(Event("next"));
        Assert.Equal(2, File.ReadAllLines(LogPath).Length);
    }

    [Fact]
    public void A_log_that_is_moved_or_deleted_is_begun_anew()
    {
        var log = new RotatingLog(LogPath, LogFormat.Text, 1 << 20, 3);
        log.Write(Event("one"));
        File.Delete(LogPath);
        log.Write(Event("two"));
        Assert.EndsWith("two", Assert.Single(File.ReadAllLines(LogPath)));
    }

    [Fact]
    public void A_log_that_cannot_be_written_is_told_at_once()
    {
        var file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        var error = Assert.Throws<AutomationException>(() => new RotatingLog(Path.Combine(file, "night.log"), LogFormat.Text, 1 << 20, 3));
        Assert.Equal("LogAccess", error.ErrorId);
    }

    private static LogEvent Event(string message, LogEventLevel level = LogEventLevel.Info) =>
        new() { Time = new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.FromHours(2)), Name = "test", Message = message, Level = level };
}
