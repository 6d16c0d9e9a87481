using SleapNn.Models;
using TorchSharp;

namespace SleapNn.Tests.Models;

/// <summary>Compares models with what sleap-nn recorded from the same weights and input, as <c>Test-SleapModel</c> does.</summary>
public class RecordedActivationsTests : TorchTest
{
    private const double Tolerance = 1e-5;

    // Its record of class maps is itself 1.4e-5 of the largest value from what the weights give in double precision, so no
    // order of summing that is right can be counted on to come closer.
    private const string RecordedInexactly = "minimal_instance_multiclass_bottomup";

    public static TheoryData<string> TrainedModels => [.. Names(["reference", "activations"], "*.npz")];

    public static TheoryData<string> BackboneModels => [.. Names(["reference", "backbones"], "*")];

    public static TheoryData<string> LegacyModels => SharedData.Root is null
        ? ["(absent)"]
        : [.. Directory.GetDirectories(SharedData.PathTo("data", "legacy_models")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [SharedTheory]
    [MemberData(nameof(TrainedModels))]
    public void Trained_models_compute_what_was_recorded(string name) => Compare(
        SharedData.PathTo("data", "models", name), SharedData.PathTo("reference", "activations", name + ".npz"));

    [SharedTheory]
    [MemberData(nameof(BackboneModels))]
    public void Models_of_every_backbone_compute_what_was_recorded(string name) => Compare(
        SharedData.PathTo("reference", "backbones", name), SharedData.PathTo("reference", "backbones", name, "activations.npz"));

    /// <summary>TensorFlow's own records of the models of SLEAP 1.x.</summary>
    [SharedTheory]
    [MemberData(nameof(LegacyModels))]
    public void Models_of_SLEAP_compute_what_TensorFlow_recorded(string name)
    {
        using var folder = ModelFolder.Load(SharedData.PathTo("data", "legacy_models", name));
        using var record = ModelReference.Read(SharedData.PathTo("data", "legacy_models", name, "dummy_activations.h5"));

        var results = ModelTester.Compare(folder, record, 1e-4);

        Assert.Equal(folder.Model.Heads.Select(head => head.Name), results.Select(result => result.Output));
        Assert.All(results, result => Assert.Null(result.Finding));
        Assert.All(results, result => Assert.InRange(result.MaxDifference, 0, 1e-4));
    }

    [SharedFact]
    public void Every_model_with_weights_has_a_record()
    {
        var models = Directory.GetDirectories(SharedData.PathTo("data", "models"))
            .Where(folder => File.Exists(Path.Combine(folder, "best.ckpt"))).Select(Path.GetFileName);

        Assert.Equal(models.Order(), Names(["reference", "activations"], "*.npz").Order());
        Assert.Equal(10, BackboneModels.Count);
    }

    private static void Compare(string modelPath, string recordPath)
    {
        using var folder = ModelFolder.Load(modelPath);
        using var record = ModelReference.Read(recordPath);
        var results = ModelTester.Compare(folder, record, Tolerance);

        // In double precision the model gives what the record is a rounding of.
        folder.Model.to(torch.float64);
        using var exact = record.To(torch.float64);
        var roundings = ModelTester.Compare(folder, exact, 2 * Tolerance);

        Assert.Equal(folder.Model.Heads.Select(head => head.Name), results.Select(result => result.Output));
        Assert.All(roundings, rounding => Assert.Null(rounding.Finding));
        foreach (var (result, rounding) in results.Zip(roundings))
        {
            Assert.Equal(result.ReferenceShape, result.Shape);
            var isInexact = modelPath.EndsWith(RecordedInexactly, StringComparison.Ordinal);
            var allowed = isInexact ? Math.Max(Tolerance, 2 * rounding.MaxRelativeDifference) : Tolerance;
            Assert.True(result.MaxRelativeDifference <= allowed, $"{result.Output} differs by {result.MaxRelativeDifference:e2} of its largest value.");
            Assert.Equal(result.MaxRelativeDifference <= Tolerance, result.WithinTolerance);
        }
    }

    private static IEnumerable<string> Names(string[] folder, string pattern) => SharedData.Root is null
        ? ["(absent)"]
        : Directory.EnumerateFileSystemEntries(SharedData.PathTo(folder), pattern)
            .Where(path => Directory.Exists(path) || pattern != "*")
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);
}
