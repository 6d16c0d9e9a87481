namespace SleapNn.Tests.Module.Guides;

/// <summary>Runs the blocks of a guide, one after the other, as a user who follows it: in one session, in one folder.</summary>
internal static class GuideRunner
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>
    /// What every guide finds: labels of one animal in <c>labels.slp</c> and a video of it in <c>video.mp4</c>; <c>New-TestData</c>
    /// makes others. Trainings are as short as possible through PowerShell's defaults for parameters.
    /// </summary>
    private const string Prelude =
        """
        $ErrorActionPreference = 'Stop'
        $ProgressPreference = 'SilentlyContinue'
        $PSDefaultParameterValues = @{
            'Start-SleapTraining:MaxEpochs' = 1
            'New-SleapDemoDataset:HeightPx' = 128
            'New-SleapDemoDataset:WidthPx' = 128
            'New-SleapConfig:Values' = @{ 'trainer_config.min_train_steps_per_epoch' = 1; 'trainer_config.train_steps_per_epoch' = 2 }
        }
        function New-TestData {
            $data = New-SleapDemoDataset ./data -Frames 8 -TestFrames 4 -Force @args
            foreach ($file in 'labels.slp', 'video.mp4') { if (Test-Path $file) { Remove-Item $file } }
            Copy-Item $data.TrainPath ./labels.slp
            Copy-Item $data.VideoPath ./video.mp4
        }
        """;

    /// <summary>Runs a guide in a folder.</summary>
    /// <returns>What went wrong; null where all went well.</returns>
    public static string? Run(Guide guide, string folder)
    {
        if (!guide.Blocks.Any(block => block.CanRun))
        {
            return null;
        }

        using var session = new ModuleFixture();
        var usesData = guide.Text.Contains("labels.slp", StringComparison.Ordinal) || guide.Text.Contains("video.mp4", StringComparison.Ordinal);
        var setUp = session.RunInSession($"Set-Location -LiteralPath $folder\n{Prelude}\n{(usesData ? "New-TestData" : "")}", Patience, new { folder });
        if (setUp is not null)
        {
            return $"the prelude of all guides: {setUp}";
        }

        foreach (var block in guide.Blocks.Where(block => block.CanRun))
        {
            var code = string.Join("\n", block.Code.Split('\n').Where(line => line.Trim() != "Import-Module SleapNn"));
            if (session.RunInSession(code, Patience) is { } fault)
            {
                return $"{guide.Name}({block.Line}): {fault}";
            }
        }

        return null;
    }
}
