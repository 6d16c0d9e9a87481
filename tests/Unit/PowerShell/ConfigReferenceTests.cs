using System.Management.Automation;
using SleapNn.Configuration;
using SleapNn.HelpBuilder;

namespace SleapNn.Tests.Module;

/// <summary>The reference of the configuration: complete, of one source, and up to date where it is a file.</summary>
public sealed class ConfigReferenceTests(ModuleFixture module) : IClassFixture<ModuleFixture>
{
    private static string Template { get; } = Path.Combine(ModuleFixture.RepositoryRoot, "docs", "en-US", ConfigurationPage.Name + ".md");

    [Fact]
    public void Every_key_has_a_meaning()
    {
        var keys = Keys();

        Assert.True(keys.Count > 200, $"{keys.Count} keys");
        Faults.None(keys.Where(key => key.Meaning.Length < 10 || !key.Meaning.EndsWith('.')).Select(key => $"{key.Path}: '{key.Meaning}'. Write the summary of {key.PropertyPath}."));
        Faults.None(keys.GroupBy(key => key.Path).Where(group => group.Count() > 1).Select(group => group.Key));
        Faults.None(keys.Where(key => key.Default.Length == 0 && !key.IsSection).Select(key => key.Path));
    }

    [Fact]
    public void Every_key_can_be_set_to_its_default_under_either_name()
    {
        var result = module.Invoke(
            """
            foreach ($key in Get-SleapConfigKey | Where-Object { -not $_.IsSection -and $_.Default -notmatch '^\[' -and $_.Name -notin 'api_key' }) {
                $value = switch ($key.Default) { 'null' { $null } "''" { '' } 'true' { $true } 'false' { $false } default { $_.Trim("'") } }
                $null = New-SleapConfig | Set-SleapConfig $key.Path $value
                $null = New-SleapConfig | Set-SleapConfig $key.PropertyPath $value
            }
            """);

        result.Succeeded();
    }

    [Fact]
    public void The_guide_is_up_to_date()
    {
        var guide = File.ReadAllText(Path.Combine(ModuleFixture.RepositoryRoot, "docs", "configuration.md")).ReplaceLineEndings("\n");

        Assert.True(
            guide == ConfigurationPage.ToGuide(Expand(File.ReadAllLines(Template))),
            "docs/configuration.md is not what the configuration's types and the template say. Run './build.sh Docs' and commit what changed.");
    }

    [Fact]
    public void Get_Help_shows_every_key()
    {
        var text = module.RunSingle<string>("Get-Help about_SleapNn_Configuration | Out-String -Width 200");

        Faults.None(Keys().Where(key => !text.Contains($"- {key.Name}: ", StringComparison.Ordinal)).Select(key => key.Path));
        Assert.Contains("The largest number of epochs. Takes a whole number at least 1.", text.ReplaceLineEndings(" ").Replace("      ", "", StringComparison.Ordinal));
        Assert.DoesNotContain("<!--", text);
    }

    [Fact]
    public void A_section_without_a_place_and_a_place_without_a_section_are_refused()
    {
        Assert.Contains("trainer_confg", Assert.Throws<PageException>(() => Expand(["<!-- keys: -->", "<!-- keys: trainer_config -->", "<!-- keys: trainer_confg -->"])).Message);
        Assert.Contains("has no place", Assert.Throws<PageException>(() => Expand(["<!-- keys: trainer_config -->"])).Message);
    }

    [Theory]
    [InlineData("trainer_config.max_epochs", "trainer_config.max_epochs")]
    [InlineData("TrainerConfig.MaxEpochs", "trainer_config.max_epochs")]
    [InlineData("min_delta", "trainer_config.early_stopping.min_delta")]
    [InlineData("optimizer.*", "trainer_config.optimizer.lr,trainer_config.optimizer.amsgrad")]
    [InlineData("trainer_config.optimizer", "trainer_config.optimizer,trainer_config.optimizer.lr,trainer_config.optimizer.amsgrad")]
    public void Keys_are_found(string path, string expected) =>
        Assert.Equal(expected.Split(','), module.Run("Get-SleapConfigKey $path", new { path }).Cast<ConfigKeyInfo>().Select(key => key.Path));

    [Fact]
    public void An_unknown_key_is_an_error_with_the_nearest_one()
    {
        var result = module.Invoke("Get-SleapConfigKey trainer_config.max_epoch, trainer_config.seed; Get-SleapConfigKey nothing*");

        Assert.Equal("ConfigKeyUnknown", result.ErrorId);
        Assert.Contains("Did you mean 'max_epochs'?", result.OnlyError.ToString());
        Assert.Equal("trainer_config.seed", Assert.Single(result.Output).ToString());
    }

    private IReadOnlyList<ConfigKeyInfo> Keys() => [.. module.Run("Get-SleapConfigKey").Cast<ConfigKeyInfo>()];

    private IReadOnlyList<string> Expand(IReadOnlyList<string> lines) =>
        ConfigurationPage.Expand(Template, lines, [.. module.Run("Get-SleapConfigKey").Select(key => KeyText.Of(new PSObject(key)))]);
}
