namespace SleapNn.Tests.Module;

public sealed class ModelCmdletTests(ModuleFixture module) : IClassFixture<ModuleFixture>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-models-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [SharedFact]
    public void A_model_agrees_with_its_record()
    {
        var (model, reference) = (SharedData.PathTo("reference", "backbones", "unet_mctopdown"), SharedData.PathTo("reference", "backbones", "unet_mctopdown", "activations.npz"));

        var results = module.Run("Test-SleapModel $model -Reference $reference -Tolerance 1e-5", new { model, reference }).Cast<ModelOutputTest>().ToList();

        Assert.Equal(["CenteredInstanceConfmapsHead", "ClassVectorsHead"], results.Select(r => r.Output));
        Assert.All(results, result => Assert.True(result.WithinTolerance));
        Assert.Equal(true, Assert.Single(module.Run("Get-Item $model | Test-SleapModel -Reference $reference -Tolerance 1e-5 -Quiet", new { model, reference })));
        Assert.Equal(false, Assert.Single(module.Run("Test-SleapModel $model $reference -Tolerance 0 -Quiet", new { model, reference })));
    }

    [SharedFact]
    public void Models_are_compared_with_each_other()
    {
        var (model, other) = (SharedData.PathTo("data", "models", "minimal_instance_centroid"), SharedData.PathTo("data", "models", "minimal_instance_single_instance"));

        var same = module.RunSingle<ModelOutputTest>("Test-SleapModel $model $model -Tolerance 0", new { model });
        var results = module.Run("Test-SleapModel $model $other", new { model, other }).Cast<ModelOutputTest>().ToList();

        Assert.True(same.WithinTolerance);
        Assert.Equal(0, same.MaxDifference);
        Assert.Equal(["CentroidConfmapsHead", "SingleInstanceConfmapsHead"], results.Select(r => r.Output));
        Assert.All(results, result => Assert.False(result.WithinTolerance));
    }

    [SharedFact]
    public void A_wildcard_means_the_models_that_it_matches()
    {
        var (models, reference) = (SharedData.PathTo("reference", "backbones", "unet_*"), SharedData.PathTo("reference", "backbones", "unet_k5_centroid", "activations.npz"));

        var result = module.Invoke("Test-SleapModel $models $reference", new { models, reference });

        Assert.Equal(5, result.Succeeded().Output.Select(o => ((ModelOutputTest)o.BaseObject).ModelPath).Distinct().Count());
    }

    [SharedFact]
    public void What_is_wrong_with_a_test_is_said()
    {
        var (model, record) = (SharedData.PathTo("data", "models", "minimal_instance_centroid"), SharedData.PathTo("reference", "activations", "minimal_instance_centroid.npz"));
        var (text, empty) = (Path.Combine(folder, "text.npz"), folder);
        File.WriteAllText(text, "text");

        Assert.Equal("ReferenceUnreadable", module.Invoke("Test-SleapModel $model $text", new { model, text }).ErrorId);
        Assert.Equal("PathNotFound", module.Invoke("Test-SleapModel $model ./none.npz", new { model }).ErrorId);
        Assert.Equal("ModelWeightsNotFound", module.Invoke("Test-SleapModel $empty $record", new { empty, record }).ErrorId);
        Assert.Equal("ReferenceHasInput", module.Invoke("Test-SleapModel $model $record -InputPath $record", new { model, record }).ErrorId);
    }

    [SharedFact]
    public void Models_are_described_and_what_a_wildcard_matches_beside_them_is_left_out()
    {
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "text");
        Directory.CreateDirectory(Path.Combine(folder, "empty"));
        var copy = Directory.CreateDirectory(Path.Combine(folder, "copy"));
        foreach (var file in Directory.GetFiles(SharedData.PathTo("data", "models", "minimal_instance_centered_instance")))
        {
            File.WriteAllBytes(Path.Combine(copy.FullName, Path.GetFileName(file)), File.ReadAllBytes(file));
        }

        var model = module.RunSingle<SleapModel>("Get-SleapModel \"$folder/*\" -BatchSize 3", new { folder });
        var sameByContent = module.RunSingle<SleapModel>("Get-SleapModel \"$folder/copy/*\" -InputSize 100, 200", new { folder });

        Assert.Equal(("copy", "centered_instance"), (model.Name, model.ModelType));
        Assert.Equal([3, 1, 96, 96], model.InputShape!);
        Assert.Equal([4, 1, 104, 200], sameByContent.InputShape!);
    }

    [Fact]
    public void A_folder_without_a_model_is_an_error() =>
        Assert.Equal("ModelConfigNotFound", module.Invoke("Get-SleapModel $folder", new { folder }).ErrorId);

    [Fact]
    public void The_system_is_described()
    {
        var system = module.RunSingle<SleapSystem>("Get-SleapSystem");

        Assert.True(system.Torch.Works);
        Assert.NotEmpty(system.PowerShellVersion);
        Assert.NotEmpty(system.NativeLibraries);
    }
}
