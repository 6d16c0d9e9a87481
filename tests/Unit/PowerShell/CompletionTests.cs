using System.Management.Automation;

namespace SleapNn.Tests.Module;

/// <summary>What the Tab key offers. Members and files need all of PowerShell, and are tested in Pester.</summary>
public sealed class CompletionTests(ModuleFixture module) : IClassFixture<ModuleFixture>, IDisposable
{
    // The parameters that name something known, and what offers the names; a new cmdlet's parameters fall under it by their names.
    private static readonly Dictionary<string, string[]> Expected = new()
    {
        ["Device"] = ["DeviceCompleter"],
        ["Head"] = ["HeadCompleter"],
        ["Preset"] = ["BackboneCompleter"],
        ["Model"] = ["ModelPathCompleter"],
        ["ModelPath"] = ["ModelPathCompleter"],
        ["Node"] = ["NodeCompleter"],
        ["AnchorPart"] = ["NodeCompleter"],
        ["KalmanNodes"] = ["NodeCompleter"],
        ["Track"] = ["TrackCompleter"],
        ["VideoIndex"] = ["VideoIndexCompleter"],
    };

    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-completion-").FullName;

    [Fact]
    public void Every_parameter_that_names_something_known_is_completed()
    {
        var faults = new List<string>();
        foreach (var cmdlet in module.Run("Get-Command -Module SleapNn -CommandType Cmdlet").Cast<CmdletInfo>())
        {
            foreach (var (name, completers) in Expected)
            {
                if (cmdlet.Parameters.TryGetValue(name, out var parameter)
                    && !parameter.ParameterType.IsEnum
                    && !completers.Contains(parameter.Attributes.OfType<ArgumentCompleterAttribute>().SingleOrDefault()?.Type?.Name))
                {
                    faults.Add($"{cmdlet.Name} -{name} needs [ArgumentCompleter(typeof({completers[0]}))]");
                }
            }
        }

        Faults.None(faults);
    }

    [Theory]
    [InlineData("New-SleapConfig -Head cent", "centroid,centered_instance")]
    [InlineData("New-SleapConfig -Backbone s", "swint")]
    [InlineData("New-SleapConfig -Preset unet_l", "unet_large_rf")]
    [InlineData("New-SleapConfig -Optimizer ", "Adam,AdamW")]
    [InlineData("Set-SleapConfig trainer_config.max", "trainer_config.max_epochs")]
    [InlineData("Set-SleapConfig TrainerConfig.Max", "TrainerConfig.MaxEpochs")]
    [InlineData("Get-SleapConfigKey trainer_config.optimizer.", "trainer_config.optimizer.lr,trainer_config.optimizer.amsgrad")]
    [InlineData("Set-SleapConfig trainer_config.save_ckpt ", "$true,$false")]
    [InlineData("Set-SleapConfig trainer_config.max_epochs ", "10")]
    [InlineData("Set-SleapConfig trainer_config.save_ckpt t", "$true")]
    [InlineData("Set-SleapConfig early_st", "trainer_config.early_stopping.")]
    [InlineData("Set-SleapConfig EarlySt", "TrainerConfig.EarlyStopping.")]
    [InlineData("Get-SleapConfigKey unet.filters", "model_config.backbone_config.unet.filters,model_config.backbone_config.unet.filters_rate")]
    [InlineData("Set-SleapConfig trainer_config.optimizer.nonsense", "")]
    [InlineData("Start-SleapTraining -Device c", "cpu")]
    [InlineData("Invoke-SleapTracking -Motion K", "Kalman")]
    public void Names_are_offered(string line, string expected)
    {
        // A machine with a GPU offers that as well.
        Assert.Equal(expected.Split(',', StringSplitOptions.RemoveEmptyEntries), Complete(line).Select(match => match.CompletionText).Where(text => !text.StartsWith("cuda", StringComparison.Ordinal)));
    }

    [Fact]
    public void Paths_are_offered_with_their_meaning()
    {
        var match = Assert.Single(Complete("Set-SleapConfig trainer_config.max"));

        Assert.Contains("The largest number of epochs.", match.ToolTip);
        Assert.Contains("Default: 10.", match.ToolTip);
    }

    [Fact]
    public void Names_are_offered_from_the_labels_at_hand()
    {
        // Two animals, hence two tracks in the labels.
        var set = module.RunInSession(
            """
            Set-Location -LiteralPath $folder
            $data = New-SleapDemoDataset ./data -Frames 4 -TestFrames 2 -Animals 2 -HeightPx 96 -WidthPx 96
            Copy-Item $data.TrainPath ./labels.slp
            $labels = Import-SleapLabels ./labels.slp
            $config = New-SleapConfig ./labels.slp -Head centered_instance
            $name = './labels.slp'
            """,
            TimeSpan.FromMinutes(2),
            new { folder });
        Assert.Null(set);
        var nodes = module.Run("$labels.Skeleton.Nodes").Cast<string>().ToList();
        var tracks = module.Run("$labels.Tracks.Name").Cast<string>().ToList();
        Assert.Equal(2, tracks.Count);

        Assert.Equal(nodes, Texts("New-SleapConfig ./labels.slp -Head centroid -AnchorPart "));
        Assert.Equal(nodes, Texts("New-SleapConfig $name -AnchorPart "));
        Assert.Equal(nodes.Take(1), Texts($"Export-SleapImage ./labels.slp ./out -Model ./m -Node {nodes[0]}"));
        Assert.Equal(nodes, Texts("$labels | Invoke-SleapTracking -KalmanNodes "));
        Assert.Equal(nodes, Texts("Import-SleapLabels ./labels.slp | Invoke-SleapTracking -KalmanNodes "));
        Assert.Equal(nodes, Texts("$data | Invoke-SleapTracking -KalmanNodes "));
        Assert.Equal(nodes, Texts("Invoke-SleapPrediction ./labels.slp -Model ./m -Tracking -KalmanNodes "));
        Assert.Equal(nodes, Texts("$config | Set-SleapConfig model_config.head_configs.centered_instance.confmaps.anchor_part "));
        Assert.Equal(tracks, Texts("$config | Set-SleapConfig model_config.head_configs.multi_class_topdown.class_vectors.classes "));
        var video = Assert.Single(Complete("$labels | Export-SleapVideo -VideoIndex "));
        Assert.Equal("0", video.CompletionText);
        Assert.Contains("labels.slp", video.ToolTip);
        Assert.DoesNotContain(Texts("Import-SleapLabels ./nowhere.slp | Invoke-SleapTracking -KalmanNodes "), text => !text.Contains('.'));
    }

    public void Dispose()
    {
        module.RunInSession("Set-Location -LiteralPath $home", TimeSpan.FromMinutes(1));
        Directory.Delete(folder, recursive: true);
    }

    private IEnumerable<string> Texts(string line) => Complete(line).Select(match => match.CompletionText);

    private IReadOnlyList<CompletionResult> Complete(string line) =>
        [.. module.Run("[System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches", new { line }).Cast<CompletionResult>()];
}
