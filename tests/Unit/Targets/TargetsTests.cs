using SleapNn.Targets;
using SleapNn.Tests.Preprocessing;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Tests.Targets;

public sealed class TargetsTests : TorchTest
{
    private static readonly SkeletonEdge[] OneEdge = [new(0, 1)];

    private static NpzFile Reference => new(SharedData.PathTo("reference", "data", "maps.npz"));

    private static Tensor Points => Reference["points"].ToTensor().unsqueeze(0);

    [SharedTheory]
    [InlineData("1.5", 2)]
    [InlineData("5.0", 4)]
    [InlineData("2.5", 1)]
    public void Confidence_maps_agree_with_sleap_nn(string sigma, int stride)
    {
        var width = double.Parse(sigma, System.Globalization.CultureInfo.InvariantCulture);
        var name = $"s{sigma}_st{stride}";
        ReferenceImages.AssertClose(ConfidenceMaps.MakeMultiInstance(Points, 384, 384, width, stride), Reference[$"multi_cms_{name}"], 1e-4);
        ReferenceImages.AssertClose(ConfidenceMaps.Make(Points.select(1, 0), 384, 384, width, stride), Reference[$"single_cms_{name}"], 1e-4);
        var centroids = Reference["centroids_none"].ToTensor().unsqueeze(0).unsqueeze(2);
        ReferenceImages.AssertClose(ConfidenceMaps.MakeMultiInstance(centroids, 384, 384, width, stride), Reference[$"cent_cms_{name}"], 1e-4);
    }

    [SharedFact]
    public void An_odd_size_gives_the_grid_of_sleap_nn() =>
        ReferenceImages.AssertClose(ConfidenceMaps.MakeMultiInstance(Points, 383, 381, 1.5, 4), Reference["cms_odd_383x381_st4"], 1e-4);

    [SharedFact]
    public void A_missing_node_gives_empty_maps()
    {
        var points = Points.clone();
        points[0, 0, 0] = float.NaN;
        ReferenceImages.AssertClose(ConfidenceMaps.MakeMultiInstance(points, 384, 384, 1.5, 2), Reference["cms_nan_node"], 1e-4);
        ReferenceImages.AssertClose(PartAffinityFields.Make(points, OneEdge, 384, 384, 15, 4).squeeze(0), Reference["pafs_nan_node"], 1e-4);
    }

    [SharedTheory]
    [InlineData("4.0", 4)]
    [InlineData("15.0", 4)]
    [InlineData("15.0", 8)]
    public void Part_affinity_fields_agree_with_sleap_nn(string sigma, int stride) =>
        ReferenceImages.AssertClose(
            PartAffinityFields.Make(Points, OneEdge, 384, 384, double.Parse(sigma, System.Globalization.CultureInfo.InvariantCulture), stride).squeeze(0),
            Reference[$"pafs_s{sigma}_st{stride}"], 1e-4);

    [SharedTheory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(0, -1)]
    public void Class_maps_agree_with_sleap_nn(long first, long second) =>
        ReferenceImages.AssertClose(
            ClassMaps.Make(Points, tensor(new[] { first, second }).unsqueeze(0), 2, 384, 384, 5, 4),
            Reference[$"class_maps_{first}_{second}"], 1e-4);

    [Fact]
    public void Three_classes_keep_their_channels()
    {
        var points = tensor(new[] { 4f, 4f, 20f, 4f, 4f, 20f }, [1, 3, 1, 2]);
        var maps = ClassMaps.Make(points, tensor(new long[] { 2, 0, 1 }).unsqueeze(0), 3, 24, 24, 1, 1);
        Assert.Equal(1f, maps[0, 2, 4, 4].item<float>(), 3);
        Assert.Equal(1f, maps[0, 0, 4, 20].item<float>(), 3);
        Assert.Equal(1f, maps[0, 1, 20, 4].item<float>(), 3);
        Assert.Equal(0f, maps[0, 0, 4, 4].item<float>());
    }

    [Fact]
    public void Class_vectors_are_one_hot_and_empty_for_no_class() =>
        Assert.Equal([0, 0, 1, 0, 0, 0], ClassMaps.Vectors(tensor(new long[] { 2, -1 }), 3).data<float>().ToArray());

    [Fact]
    public void An_animal_outside_the_grid_has_no_field()
    {
        var outside = tensor(new[] { -1f, -1f, -5f, -5f }, [1, 1, 2, 2]);
        Assert.Equal(0f, PartAffinityFields.Make(outside, OneEdge, 32, 32, 50, 4).abs().max().item<float>());
        var touching = tensor(new[] { 1f, 1f, -5f, -5f }, [1, 1, 2, 2]);
        Assert.NotEqual(0f, PartAffinityFields.Make(touching, OneEdge, 32, 32, 50, 4).abs().max().item<float>());
    }

    [Fact]
    public void A_batch_is_the_same_as_its_samples()
    {
        var points = rand(3, 2, 2, 2) * 60;
        var batch = PartAffinityFields.Make(points, OneEdge, 64, 48, 15, 4);
        for (var i = 0; i < 3; i++)
        {
            var single = PartAffinityFields.Make(points.narrow(0, i, 1), OneEdge, 64, 48, 15, 4);
            Assert.InRange(ReferenceImages.LargestDifference(batch.narrow(0, i, 1), single), 0, 1e-6);
        }
    }

    [SharedFact]
    public void Centroids_agree_with_sleap_nn()
    {
        var points = Reference["points"].ToSingles();
        var nodes = new[] { points[..4], points[4..] };
        AssertCentroids(Reference["centroids_none"], nodes, -1);
        AssertCentroids(Reference["centroids_anchor0"], nodes, 0);
    }

    [Fact]
    public void The_centroid_of_a_hidden_anchor_is_the_middle_of_the_bounding_box()
    {
        Assert.Equal((5f, 6f), Centroids.Of([float.NaN, float.NaN, 0, 2, 10, 10, 1, 3], 0));
        Assert.Equal((0f, 2f), Centroids.Of([float.NaN, float.NaN, 0, 2, 10, 10, 1, 3], 1));
        Assert.True(float.IsNaN(Centroids.Of([float.NaN, float.NaN], -1).X));
    }

    private static void AssertCentroids(NpyArray expected, float[][] instances, int anchor)
    {
        var values = expected.ToSingles();
        for (var i = 0; i < instances.Length; i++)
        {
            var (x, y) = Centroids.Of(instances[i], anchor);
            Assert.Equal(values[2 * i], x, 4);
            Assert.Equal(values[(2 * i) + 1], y, 4);
        }
    }
}
