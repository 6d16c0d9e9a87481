using System.IO.Compression;
using System.Text;
using PureHDF;
using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.Models;
using TorchSharp;

namespace SleapNn.Tests.Models;

public sealed class ModelTesterTests : TorchTest
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-test-model-").FullName;

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_model_agrees_with_its_own_record_in_every_form()
    {
        var model = SmallModels.Write(folder, "bottomup");
        using var loaded = ModelFolder.Load(model);
        var plain = SmallModels.Record(loaded, Path.Combine(folder, "plain.npz"), "");
        var prefixed = SmallModels.Record(loaded, Path.Combine(folder, "prefixed.npz"), "out_", ("backbone_middle", torch.ones(1, 2)));

        foreach (var path in new[] { plain, prefixed })
        {
            using var record = ModelReference.Read(path);
            var results = ModelTester.Compare(loaded, record, 1e-6);

            Assert.Equal(["MultiInstanceConfmapsHead", "PartAffinityFieldsHead"], results.Select(r => r.Output));
            Assert.All(results, result => Assert.True(result.WithinTolerance));
            Assert.Equal([1, 2, 16, 16], results[0].Shape!);
        }
    }

    [Fact]
    public void Outputs_that_only_one_side_has_are_findings()
    {
        var model = SmallModels.Write(folder, "single_instance");
        using var loaded = ModelFolder.Load(model);
        using var record = ModelReference.Read(SmallModels.Record(loaded, Path.Combine(folder, "r.npz"), "", ("ClassMapsHead", torch.ones(1, 2, 4, 4)), leaveOut: "SingleInstanceConfmapsHead"));

        var results = ModelTester.Compare(loaded, record, 1);

        Assert.Equal([("SingleInstanceConfmapsHead", "The reference has none."), ("ClassMapsHead", "The model has none.")], results.Select(r => (r.Output, r.Finding!)));
        Assert.All(results, result => Assert.False(result.WithinTolerance));
        Assert.Null(results[1].Shape);
    }

    [Fact]
    public void The_differences_are_those_that_were_made()
    {
        var model = SmallModels.Write(folder, "single_instance");
        using var loaded = ModelFolder.Load(model);
        using var input = ModelTester.RandomInput(loaded, 3);
        var output = SmallModels.Run(loaded, input)["SingleInstanceConfmapsHead"];
        var largest = output.abs().max().item<float>();
        var changed = output.clone();
        changed[0, 0, 0, 0] += 0.25f;
        var path = SmallModels.WriteArchive(Path.Combine(folder, "r.npz"), ("input", input), ("SingleInstanceConfmapsHead", changed));
        using var record = ModelReference.Read(path);

        var result = Assert.Single(ModelTester.Compare(loaded, record, 1e-3));

        Assert.Equal(0.25, result.MaxDifference, 1e-6);
        Assert.Equal(0.25 / changed.abs().max().item<float>(), result.MaxRelativeDifference, 1e-5);
        Assert.False(result.WithinTolerance);
        Assert.True(Assert.Single(ModelTester.Compare(loaded, record, 1)).WithinTolerance == (result.MaxRelativeDifference <= 1));
        Assert.True(largest > 0);
    }

    [Fact]
    public void Other_shapes_and_numbers_that_are_none_are_findings()
    {
        var model = SmallModels.Write(folder, "single_instance");
        using var loaded = ModelFolder.Load(model);
        using var input = ModelTester.RandomInput(loaded, 3);
        var output = SmallModels.Run(loaded, input)["SingleInstanceConfmapsHead"];
        using var shifted = ModelReference.Read(SmallModels.WriteArchive(Path.Combine(folder, "a.npz"), ("input", input), ("SingleInstanceConfmapsHead", output.narrow(2, 0, 5))));
        using var broken = ModelReference.Read(SmallModels.WriteArchive(Path.Combine(folder, "b.npz"), ("input", input), ("SingleInstanceConfmapsHead", output * float.NaN)));

        Assert.StartsWith("The shape is 1 x 2 x 16 x 16, the reference's 1 x 2 x 5 x 16", Assert.Single(ModelTester.Compare(loaded, shifted, 1)).Finding);
        Assert.Equal("There are values that are no finite numbers.", Assert.Single(ModelTester.Compare(loaded, broken, 1)).Finding);
    }

    [Fact]
    public void Two_models_are_compared_on_the_same_input()
    {
        var same = SmallModels.Write(Path.Combine(folder, "a"), "centroid", seed: 4);
        var copy = SmallModels.Write(Path.Combine(folder, "b"), "centroid", seed: 4);
        var other = SmallModels.Write(Path.Combine(folder, "c"), "centroid", seed: 5);
        using var first = ModelFolder.Load(same);
        using var second = ModelFolder.Load(copy);
        using var third = ModelFolder.Load(other);
        using var input = ModelTester.RandomInput(first, 1);
        using var again = ModelTester.RandomInput(first, 1);

        Assert.Equal(0, (input - again).abs().max().item<float>());
        Assert.Equal(0, Assert.Single(ModelTester.Compare(first, second, input, 0)).MaxDifference);
        Assert.False(Assert.Single(ModelTester.Compare(first, third, input, 1e-4)).WithinTolerance);
    }

    [Fact]
    public void A_record_of_SLEAP_is_read_with_channels_first()
    {
        var model = SmallModels.Write(folder, "single_instance");
        using var loaded = ModelFolder.Load(model);
        var output = SmallModels.Run(loaded, torch.zeros(1, 1, 32, 32))["SingleInstanceConfmapsHead"];
        var path = Path.Combine(folder, "dummy_activations.h5");
        new H5File
        {
            ["metadata"] = """{"input_shape": [1, 32, 32, 1]}""",
            ["SingleInstanceConfmapsHead_0"] = new H5Dataset(output.permute(0, 2, 3, 1).contiguous().data<float>().ToArray(), fileDims: [1, 16, 16, 2]),
            ["OffsetRefinementHead_0"] = new H5Dataset(new float[16 * 16 * 4], fileDims: [1, 16, 16, 4]),
        }.Write(path);
        using var record = ModelReference.Read(path);

        Assert.Equal([1, 1, 32, 32], record.Input.shape);
        Assert.Equal(0, Assert.Single(ModelTester.Compare(loaded, record, 0)).MaxDifference);
    }

    [Theory]
    [InlineData("no.npz", "ReferenceNotFound")]
    [InlineData("text.npz", "ReferenceUnreadable")]
    [InlineData("empty.npz", "ReferenceUnreadable")]
    [InlineData("object.npz", "ReferenceUnreadable")]
    [InlineData("short.npz", "ReferenceUnreadable")]
    [InlineData("alone.npz", "ReferenceUnreadable")]
    [InlineData("text.h5", "ReferenceUnreadable")]
    [InlineData("text.txt", "ReferenceUnreadable")]
    public void What_is_no_record_is_refused(string name, string errorId)
    {
        File.WriteAllText(Path.Combine(folder, "text.npz"), "text");
        File.WriteAllText(Path.Combine(folder, "text.h5"), "text");
        File.WriteAllText(Path.Combine(folder, "text.txt"), "text");
        SmallModels.WriteArchive(Path.Combine(folder, "empty.npz"));
        SmallModels.WriteArchive(Path.Combine(folder, "alone.npz"), ("input", torch.ones(1, 1, 4, 4)));
        WriteRaw("object.npz", "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 8);
        WriteRaw("short.npz", "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 99999999, 99999999), }", 8);

        var error = Assert.Throws<ModelException>(() => ModelReference.Read(Path.Combine(folder, name)));

        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains(name, error.Message);
    }

    [SharedFact]
    public void A_cut_off_or_changed_record_never_does_more_than_be_refused()
    {
        var bytes = File.ReadAllBytes(SharedData.PathTo("reference", "backbones", "unet_transpose_single", "activations.npz"));
        var random = new Random(7);
        var path = Path.Combine(folder, "mutated.npz");
        for (var i = 0; i < 60; i++)
        {
            var mutated = i % 3 == 0 ? bytes[..random.Next(bytes.Length)] : (byte[])bytes.Clone();
            for (var j = 0; j < 4 && mutated.Length > 0; j++)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, mutated);
            var error = Record.Exception(() => ModelReference.Read(path).Dispose());
            Assert.True(error is null or ModelException, error?.ToString());
        }
    }

    private void WriteRaw(string name, string header, int length)
    {
        using var archive = ZipFile.Open(Path.Combine(folder, name), ZipArchiveMode.Create);
        using var stream = archive.CreateEntry("input.npy").Open();
        stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. new byte[length]]);
    }
}
