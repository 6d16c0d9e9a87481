using System.Collections;
using System.Management.Automation;
using SleapNn.Configuration;

namespace SleapNn.Tests.Module;

/// <summary>Habits of the prompt that hold across cmdlets: names with brackets, what lies beside, pipelines by property name.</summary>
public sealed class PromptTests(ModuleFixture module) : IClassFixture<ModuleFixture>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-prompt-").FullName;

    private string Config(string name)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        module.Invoke("New-SleapConfig -Name $name | Export-SleapConfig $path", new { name, path }).Succeeded();
        return path;
    }

    [Fact]
    public void A_file_with_brackets_in_its_name_is_found_where_nothing_else_matches()
    {
        var path = Config("lr=[0.1].yaml");
        Assert.Equal("lr=[0.1].yaml", module.RunSingle<SleapConfig>("Import-SleapConfig $path", new { path }).Name);
        Assert.Equal("PathNotFound", module.Invoke("Import-SleapConfig $path", new { path = Path.Combine(folder, "lr=[2].yaml") }).ErrorId);

        Config("lr=1.yaml");
        Assert.Equal("lr=1.yaml", module.RunSingle<SleapConfig>("Import-SleapConfig $path", new { path }).Name);
        Assert.Equal("lr=[0.1].yaml", module.RunSingle<SleapConfig>("Import-SleapConfig -LiteralPath $path", new { path }).Name);
    }

    [Fact]
    public void A_configuration_is_taken_as_the_first_argument_too()
    {
        var path = Config("first.yaml");
        module.Invoke("Test-SleapConfig (Import-SleapConfig $path)", new { path }).Succeeded();
        module.Invoke("Show-SleapConfig (Import-SleapConfig $path)", new { path }).Succeeded();
        Assert.Equal(
            module.Invoke("Import-SleapConfig $path | Start-SleapTraining", new { path }).ErrorId,
            module.Invoke("Start-SleapTraining (Import-SleapConfig $path)", new { path }).ErrorId);
    }

    [UnixFact]
    public void A_share_as_Windows_writes_it_is_an_error_and_no_file_with_an_odd_name()
    {
        Assert.Equal("PathIsShare", module.Invoke(@"Import-SleapConfig '\\server\lab\config.yaml'").ErrorId);
        Assert.Equal("PathIsShare", module.Invoke(@"New-SleapConfig | Export-SleapConfig '\\server\lab\config.yaml'").ErrorId);
        Assert.False(File.Exists(@"\\server\lab\config.yaml"));
    }

    [Theory]
    [InlineData("Import-SleapConfig")]
    [InlineData("Test-SleapConfig")]
    [InlineData("Show-SleapConfig")]
    public void Rows_with_a_path_are_taken_as_rows_of_a_table_are(string cmdlet)
    {
        var path = Config("one.yaml");

        module.Invoke($"[pscustomobject]@{{ Path = $path }} | {cmdlet}", new { path }).Succeeded();
        module.Invoke($"[pscustomobject]@{{ LiteralPath = $path }} | {cmdlet}", new { path }).Succeeded();
        module.Invoke($"Get-ChildItem $path | {cmdlet}", new { path }).Succeeded();
    }

    [Fact]
    public void Labels_files_are_measured_from_the_pipeline()
    {
        var path = Path.Combine(folder, "data");
        var data = module.RunSingle<DemoDataset>("New-SleapDemoDataset $path -Frames 4 -TestFrames 2 -HeightPx 96 -WidthPx 96", new { path });

        Assert.Equal(4, module.RunSingle<LabelsStatistics>("Get-ChildItem $path | Measure-SleapLabels", new { path = data.TrainPath }).FrameCount);
        Assert.Equal(4, module.RunSingle<LabelsStatistics>("[pscustomobject]@{ Path = $path } | Measure-SleapLabels", new { path = data.TrainPath }).FrameCount);
    }

    [Fact]
    public void What_lies_beside_runs_does_not_disturb()
    {
        Run("a");
        Run("[a]");
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        File.WriteAllText(Path.Combine(folder, "curves.png"), "");
        var all = Path.Combine(folder, "*");

        Assert.Equal(["[a]", "a"], module.Run("Get-SleapRun $all", new { all }).Cast<SleapRun>().Select(run => run.Name));
        Assert.Equal(2, module.Run("Get-SleapTrainingLog $all", new { all }).Count);
        Assert.Equal(2, module.Run("Get-SleapRun $all | Get-SleapTrainingLog", new { all }).Count);
        module.Invoke("Compare-SleapRun $all (Join-Path $folder new.png)", new { all, folder }).Succeeded();
        Assert.Equal("RunNotFound", module.Invoke("Get-SleapRun $path", new { path = Path.Combine(folder, "data") }).ErrorId);
        Assert.Equal("RunNotFound", module.Invoke("Get-SleapRun $path", new { path = Path.Combine(folder, "curv*") }).ErrorId);
    }

    [Theory]
    [InlineData("labels.json")]
    [InlineData("labels")]
    [InlineData("labels.slp.txt")]
    public void Labels_are_not_written_under_a_name_that_tells_no_format(string name)
    {
        var result = module.Invoke(
            "[SleapNn.SleapLabels]::new() | Export-SleapLabels $path", new { path = Path.Combine(folder, name) });

        Assert.Equal("LabelsFormatUnknown", result.ErrorId);
        Assert.False(File.Exists(Path.Combine(folder, name)));
    }

    [Fact]
    public void Tables_of_values_are_taken_in_every_form()
    {
        const string Epochs = "trainer_config.max_epochs";
        foreach (var table in new[] { "@{ trainer_config = @{ max_epochs = 7 } }", "([ordered]@{ 'trainer_config.max_epochs' = 7 })", "$table", "$dictionary", "-Values $table" })
        {
            var config = module.RunSingle<SleapConfig>(
                $"New-SleapConfig | Set-SleapConfig {table}",
                new { table = new Hashtable { [Epochs] = 7 }, dictionary = new Dictionary<string, object> { [Epochs] = 7 } });
            Assert.Equal(7, config.TrainerConfig.MaxEpochs);
        }

        Assert.Equal(7, module.RunSingle<SleapConfig>("New-SleapConfig | Set-SleapConfig trainer_config.max_epochs 7").TrainerConfig.MaxEpochs);
        Assert.Equal(
            ["seed=1_lr=0.01", "seed=1_lr=0.1", "seed=2_lr=0.01", "seed=2_lr=0.1"],
            module.Run("New-SleapConfig | Expand-SleapConfig ([ordered]@{ 'trainer_config.seed' = 1, 2; 'trainer_config.optimizer.lr' = 0.01, 0.1 })")
                .Cast<SleapConfig>().Select(config => config.TrainerConfig.RunName));
    }

    [Theory]
    [InlineData("foreach ($i in 1..3) { Get-SleapConfigKey | ForEach-Object { $i; break } }", 1)]
    [InlineData("foreach ($i in 1..3) { Get-SleapConfigKey | ForEach-Object { $i; continue } }", 3)]
    [InlineData("Get-SleapConfigKey | ForEach-Object { 1; exit }; 2", 1)]
    [InlineData("Get-SleapConfigKey | ForEach-Object { 1; exit 3 }; 2", 1)]
    [InlineData("Get-SleapConfigKey | Select-Object -First 1", 1)]
    public void Script_blocks_further_down_leave_the_pipeline_as_they_like(string script, int count) =>
        Assert.Equal(count, module.Run(script).Count);

    [Fact]
    public void Rows_of_a_file_are_the_variants_of_a_sweep()
    {
        var rows = "$rows = ConvertFrom-Csv 'trainer_config.seed,trainer_config.optimizer.lr', '1,0.1', '2,0.02'; ";
        Assert.Equal(
            [(1, 0.1), (2, 0.02)],
            module.Run(rows + "New-SleapConfig | Expand-SleapConfig -List $rows").Cast<SleapConfig>().Select(config => (config.TrainerConfig.Seed ?? 0, config.TrainerConfig.Optimizer.Lr)));
        Assert.Equal(2, module.RunSingle<SleapConfig>(rows + "New-SleapConfig | Set-SleapConfig $rows[1]").TrainerConfig.Seed);
        Assert.Equal(4, module.RunSingle<SleapConfig>("New-SleapConfig -Values ('{\"trainer_config\":{\"max_epochs\":4}}' | ConvertFrom-Json)").TrainerConfig.MaxEpochs);
        Assert.Equal("ConfigKeyUnknown", module.Invoke("New-SleapConfig | Expand-SleapConfig -List ([pscustomobject]@{ sed = 1 })").ErrorId);
    }

    [Fact]
    public void The_lines_of_a_file_are_one_configuration()
    {
        var path = Config("lines.yaml");

        Assert.Equal("lines.yaml", module.RunSingle<SleapConfig>("Get-Content $path | Import-SleapConfig", new { path }).Name);
        Assert.Equal("lines.yaml", module.RunSingle<SleapConfig>("Get-Content $path -Raw | Import-SleapConfig", new { path }).Name);
        Assert.Equal("lines.yaml", module.RunSingle<SleapConfig>("'---', '# made by hand' + (Get-Content $path) | Import-SleapConfig", new { path }).Name);
        Assert.Equal("lines.yaml", module.RunSingle<SleapConfig>("Show-SleapConfig $path | Import-SleapConfig", new { path }).Name);
        Assert.Equal("lines.yaml", module.RunSingle<SleapConfig>("$path | Import-SleapConfig", new { path }).Name);
    }

    [Fact]
    public void Views_show_what_one_wants_to_know()
    {
        Assert.Contains("26:03:04", Text("[SleapNn.TrainingRun]@{ Duration = [timespan]'1.02:03:04' } | Format-Table"));
        Assert.Contains("26:03:04", Text("[SleapNn.TrainingRun]@{ Duration = [timespan]'1.02:03:04' } | Format-List"));
        Assert.Contains("0.0001", Text("(New-SleapConfig | Set-SleapConfig trainer_config.optimizer.lr 1e-4).TrainerConfig.Optimizer | Format-Table"));
        Assert.Contains("head -> tail", Text("$s = [SleapNn.Skeleton]::new(); $s.Nodes.Add('head'); $s.Nodes.Add('tail'); $s.Edges.Add([SleapNn.SkeletonEdge]::new(0, 1)); $s"));
        var sweep = Text("New-SleapConfig | Expand-SleapConfig @{ 'trainer_config.seed' = 1, 2, 3 }").Split('\n');
        Assert.Equal(3, sweep.Count(line => line.Contains("seed=", StringComparison.Ordinal)));
        Assert.True(sweep.Length < 12);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Text(string script) => module.RunSingle<string>($"$({script}) | Out-String -Width 80");

    private void Run(string name)
    {
        Config(Path.Combine(name, "training_config.yaml"));
        File.WriteAllText(Path.Combine(folder, name, "training_log.csv"), "epoch,train_loss,val_loss,learning_rate,train_time,val_time\n0,0.5,0.6,0.001,1,1\n");
    }
}
