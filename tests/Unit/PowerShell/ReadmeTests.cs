using System.Text.RegularExpressions;

namespace SleapNn.Tests.Module;

/// <summary>The README's code is run as it stands, on a small generated data set and with a short training.</summary>
public sealed partial class ReadmeTests(ModuleFixture module) : IClassFixture<ModuleFixture>, IDisposable
{
    // The same commands, with few steps an epoch.
    private const string ShortTraining =
        """
        function Start-SleapTraining {
            param([Parameter(ValueFromPipeline)] $Config, [switch] $SkipFinished)
            process {
                $Config.TrainerConfig.MinTrainStepsPerEpoch = 2
                $Config | SleapNn\Start-SleapTraining -SkipFinished:$SkipFinished
            }
        }
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-readme-").FullName;

    [Fact]
    public void The_quick_start_works()
    {
        module.Invoke(Prepare("Quick start"), new { folder }).Succeeded();

        Assert.True(File.Exists(Path.Combine(folder, "models", "first", "best.ckpt")));
        Assert.True(File.Exists(Path.Combine(folder, "video.predictions.slp")));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(folder, "pictures"), "*.png").Length);
    }

    [Fact]
    public void Several_animals_are_tracked_and_measured()
    {
        var result = module.Invoke(Prepare("Several animals, tracked and measured", "-Animals 2"), new { folder }).Succeeded();

        Assert.IsType<EvaluationResult>(result.Output[^1].BaseObject);
        Assert.True(File.Exists(Path.Combine(folder, "video.tracked.slp")));
        Assert.True(File.Exists(Path.Combine(folder, "video.tracked.mp4")));
    }

    [Fact]
    public void The_sweep_works()
    {
        module.Invoke(Prepare("A sweep in ten lines"), new { folder }).Succeeded();

        Assert.Equal(1 + 4, File.ReadAllLines(Path.Combine(folder, "sweep.csv")).Length);
        Assert.True(File.Exists(Path.Combine(folder, "sweep.png")));
    }

    [Fact]
    public void Every_block_parses_and_every_link_leads_somewhere()
    {
        var text = File.ReadAllText(Path.Combine(ModuleFixture.RepositoryRoot, "README.md"));
        foreach (var block in Blocks(text))
        {
            System.Management.Automation.Language.Parser.ParseInput(block, out _, out var errors);
            Assert.Empty(errors.Select(e => e.Message));
        }

        var links = Link().Matches(text).Select(m => m.Groups[1].Value).Where(l => !l.StartsWith("http", StringComparison.Ordinal));
        Assert.All(links, l => Assert.True(Path.Exists(Path.Combine(ModuleFixture.RepositoryRoot, l)), l));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static IEnumerable<string> Blocks(string text) => Block().Matches(text).Select(m => m.Groups[1].Value);

    private static string Prepare(string heading, string dataOptions = "")
    {
        var text = File.ReadAllText(Path.Combine(ModuleFixture.RepositoryRoot, "README.md"));
        var section = text.Split($"## {heading}\n")[1].Split("\n## ")[0];
        var code = Assert.Single(Blocks(section)).Replace("Import-Module SleapNn\n", "", StringComparison.Ordinal);
        return $"""
            $ErrorActionPreference = 'Stop'
            Push-Location $folder
            try {ChangeToBlock($"""
                $data = New-SleapDemoDataset ./data -Frames 8 -TestFrames 4 {dataOptions}
                Copy-Item $data.TrainPath ./labels.slp
                Copy-Item $data.VideoPath ./video.mp4
                {ShortTraining}
                {Epochs().Replace(code, "-MaxEpochs 1")}
                """)} finally {ChangeToBlock("Pop-Location")}
            """;
    }

    private static string ChangeToBlock(string code) => "{\n" + code + "\n}";

    [GeneratedRegex("```powershell\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"-MaxEpochs \d+")]
    private static partial Regex Epochs();
}
