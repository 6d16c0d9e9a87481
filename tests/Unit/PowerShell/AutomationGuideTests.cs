using System.Text.RegularExpressions;

namespace SleapNn.Tests.Module;

/// <summary>The code of docs/automation.md is run as it stands, with a short settle time, and with cron's place taken by a script.</summary>
[Collection("Schedulers")]
public sealed partial class AutomationGuideTests(SmallModelFixture small) : IClassFixture<SmallModelFixture>, IDisposable
{
    // The same commands, but videos count as complete at once, and a watch without -Once ends after its first video.
    private const string Quick =
        """
        function Watch-SleapFolder {
            if ($args -contains '-Once') { SleapNn\Watch-SleapFolder @args -SettleTime 0 -PeakThreshold 0.001 }
            else { SleapNn\Watch-SleapFolder @args -SettleTime 0 -Force | Select-Object -First 1 }
        }
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-guide-").FullName;

    [UnixFact]
    public void Every_block_works()
    {
        var crontab = Path.Combine(folder, "crontab");
        File.WriteAllText(crontab, "#!/bin/sh\nif [ \"$1\" = -l ]; then cat \"$0.tab\" 2>/dev/null || { echo 'no crontab for me' >&2; exit 1; }; else cat > \"$0.tab\"; fi\n");
        File.SetUnixFileMode(crontab, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var text = File.ReadAllText(Path.Combine(ModuleFixture.RepositoryRoot, "docs", "automation.md"));
        var code = string.Join('\n', Block().Matches(text).Select(match => match.Groups[1].Value))
            .Replace("-Name cages ", "-Name cages -Kind Cron -Executable $program ", StringComparison.Ordinal);
        var result = small.Session.Invoke(
            $$"""
            $ErrorActionPreference = 'Stop'
            $before = $env:PATH, $env:SLEAPNN_AUTOMATION
            $env:PATH = $folder + ':' + $env:PATH
            $env:SLEAPNN_AUTOMATION = Join-Path $folder store
            Push-Location $folder
            try {
                $null = New-Item recordings, models -ItemType Directory
                Copy-Item $video recordings/a.mp4
                Copy-Item $model models/flies -Recurse
                {{Quick}}
                {{code}}
            }
            finally {
                Pop-Location
                $env:PATH, $env:SLEAPNN_AUTOMATION = $before
            }
            """,
            new { folder, video = small.Video, model = small.Model, program = Path.ChangeExtension(Host.HostProcess.Program, null) }).Succeeded();

        Assert.IsType<WatchSummary>(result.Output[0].BaseObject);
        Assert.All(["recordings/a.predictions.slp", "results/a.predictions.mp4", "logs/night.log", "logs/night.jsonl", "handled.csv"], name => Assert.True(File.Exists(Path.Combine(folder, name)), name));
        Assert.Equal("", File.ReadAllText(Path.Combine(folder, "crontab.tab")));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [GeneratedRegex("```powershell\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
