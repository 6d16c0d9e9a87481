using SleapNn.Configuration;

namespace SleapNn.Tests.Module;

/// <summary>The cmdlets of sweeps in a runspace, as a user types them.</summary>
public sealed class SweepCommandTests : IClassFixture<ModuleFixture>, IDisposable
{
    private readonly ModuleFixture module;
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-sweep-").FullName;

    public SweepCommandTests(ModuleFixture module)
    {
        this.module = module;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_grid_keeps_the_order_of_an_ordered_table_and_writes_below_a_folder()
    {
        var configs = module.Run("""
            New-SleapConfig | Expand-SleapConfig ([ordered]@{ 'trainer_config.optimizer.lr' = 1e-3, 1e-4; 'trainer_config.seed' = 1..2 }) -OutputPath $folder
            """, new { folder }).Cast<SleapConfig>().ToList();

        Assert.Equal(["lr=0.001_seed=1", "lr=0.001_seed=2", "lr=0.0001_seed=1", "lr=0.0001_seed=2"], configs.Select(c => c.TrainerConfig.RunName));
        Assert.All(configs, c => Assert.Equal((folder, true), (c.TrainerConfig.CkptDir, c.TrainerConfig.SaveCkpt)));
    }

    [Fact]
    public void Lists_draws_and_chains_of_both_work()
    {
        var configs = module.Run("""
            New-SleapConfig -RunName base |
                Expand-SleapConfig -List @{ 'trainer_config.seed' = 1 }, @{ trainer_config = @{ seed = 2; max_epochs = 3 } } |
                Expand-SleapConfig -Random @{ 'trainer_config.optimizer.lr' = 'loguniform(1e-4, 1e-3)' } -Count 3 -Seed 1
            """).Cast<SleapConfig>().ToList();

        Assert.Equal(6, configs.Count);
        Assert.StartsWith("base_seed=1_lr=0.000", configs[0].TrainerConfig.RunName);
        Assert.All(configs.Skip(3), c => Assert.Equal((2, 3), (c.TrainerConfig.Seed, c.TrainerConfig.MaxEpochs)));
    }

    [Fact]
    public void Too_few_different_draws_are_told()
    {
        var result = module.Invoke("New-SleapConfig | Expand-SleapConfig -Random @{ 'trainer_config.seed' = 1, 2 } -Count 5").Succeeded();

        Assert.Equal(2, result.Output.Count);
        Assert.Contains("Only 2 different variants", Assert.Single(result.Warnings));
    }

    [Fact]
    public void A_wrong_value_makes_nothing_and_says_what_is_allowed()
    {
        var result = module.Invoke("New-SleapConfig | Expand-SleapConfig @{ 'trainer_config.optimizer_name' = 'Adam', 'SGD' }");

        Assert.Empty(result.Output);
        Assert.Equal("ConfigValueNotAllowed", result.ErrorId);
        Assert.Contains("Adam, AdamW", result.OnlyError.Exception.Message);
    }
}
