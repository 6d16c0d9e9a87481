using SleapNn.Models;
using TorchSharp;

namespace SleapNn.Tests.Models;

/// <summary>Compares models with what sleap-nn recorded from the same weights and input.</summary>
public class RecordedActivationsTests : TorchTest
{
    private const double Tolerance = 1e-5;

    // Its record of class maps is itself 1.4e-5 of the largest value from what the weights give in double precision, so no
    // order of summing that is right can be counted on to come closer.
    private const string RecordedInexactly = "minimal_instance_multiclass_bottomup";

    [SharedTheory]
    [InlineData("minimal_instance_bottomup")]
    [InlineData("minimal_instance_centered_instance")]
    [InlineData("minimal_instance_centroid")]
    [InlineData("minimal_instance_multiclass_bottomup")]
    [InlineData("minimal_instance_multiclass_centered_instance")]
    [InlineData("minimal_instance_single_instance")]
    public void Trained_models_compute_what_was_recorded(string name) => Compare(
        SharedData.PathTo("data", "models", name), SharedData.PathTo("reference", "activations", name + ".npz"), "out_");

    [SharedTheory]
    [InlineData("unet_stem_bottomup")]
    [InlineData("unet_transpose_single")]
    [InlineData("unet_k5_centroid")]
    [InlineData("unet_mctopdown")]
    [InlineData("unet_rgb_mcbottomup")]
    [InlineData("convnext_bottomup")]
    [InlineData("convnext_mctopdown")]
    [InlineData("convnext_transpose_centered")]
    [InlineData("swint_centroid")]
    [InlineData("swint_stem4_single")]
    public void Models_of_every_backbone_compute_what_was_recorded(string name) => Compare(
        SharedData.PathTo("reference", "backbones", name), SharedData.PathTo("reference", "backbones", name, "activations.npz"), string.Empty);

    private static void Compare(string modelPath, string recordPath, string prefix)
    {
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();
        using var folder = ModelFolder.Load(modelPath);
        var record = new NpzFile(recordPath);
        var input = torch.tensor(record["input"].ToSingles(), record["input"].Shape);
        var outputs = folder.Model.forward(input);

        // In double precision the model gives what the record is a rounding of.
        folder.Model.to(torch.float64);
        var exact = folder.Model.forward(input.to(torch.float64));

        Assert.Equal(folder.Model.Heads.Select(head => head.Name), outputs.Keys);
        foreach (var (head, output) in outputs)
        {
            Assert.Equal(record[prefix + head].Shape, output.shape);
            var recorded = torch.tensor(record[prefix + head].ToDoubles(), record[prefix + head].Shape);
            var largest = Largest(recorded);
            var rounding = Largest(recorded - exact[head]);
            var difference = Largest(recorded - output);
            Assert.True(rounding <= 2 * Tolerance * largest, $"{head} is {rounding / largest:e2} of its largest value from the record in double precision.");
            var allowed = modelPath.EndsWith(RecordedInexactly, StringComparison.Ordinal) ? Math.Max(Tolerance * largest, 2 * rounding) : Tolerance * largest;
            Assert.True(difference <= allowed, $"{head} differs by {difference / largest:e2} of its largest value.");
        }
    }

    private static double Largest(torch.Tensor tensor) => tensor.abs().max().item<double>();
}
