using System.Globalization;
using System.Text.RegularExpressions;
using SleapNn.Inference;
using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Tests.Inference;

public sealed partial class PeakFindingTests
{
    public PeakFindingTests() => NativeLibraries.EnsureLoaded();

    [SharedTheory]
    [InlineData("minimal_cms_peaks", null, null)]
    [InlineData("peaks_single_instance", "minimal_instance_single_instance", "out_SingleInstanceConfmapsHead")]
    [InlineData("peaks_centroid", "minimal_instance_centroid", "out_CentroidConfmapsHead")]
    [InlineData("peaks_centered_instance", "minimal_instance_centered_instance", "out_CenteredInstanceConfmapsHead")]
    [InlineData("peaks_bottomup", "minimal_instance_bottomup", "out_MultiInstanceConfmapsHead")]
    [InlineData("peaks_multiclass_bottomup", "minimal_instance_multiclass_bottomup", "out_MultiInstanceConfmapsHead")]
    [InlineData("peaks_multiclass_centered_instance", "minimal_instance_multiclass_centered_instance", "out_CenteredInstanceConfmapsHead")]
    public void Peaks_are_those_that_sleap_nn_finds(string peaksFile, string? model, string? head)
    {
        using var scope = NewDisposeScope();
        var expected = new NpzFile(SharedData.PathTo("reference", "ops", peaksFile + ".npz"));
        var mapsArray = model is null
            ? expected["cms"]
            : new NpzFile(SharedData.PathTo("reference", "activations", model + ".npz"))[head!];
        var maps = tensor(mapsArray.ToSingles()).reshape(mapsArray.Shape);
        var compared = 0;
        foreach (var name in expected.Names)
        {
            var match = Setting().Match(name);
            if (!match.Success)
            {
                continue;
            }

            compared++;
            var options = new PeakOptions
            {
                Threshold = double.Parse(match.Groups["threshold"].Value, CultureInfo.InvariantCulture),
                Refinement = match.Groups["refinement"].Value == "None" ? PeakRefinement.None : PeakRefinement.Integral,
                IntegralPatchSize = int.Parse(match.Groups["patch"].Value, CultureInfo.InvariantCulture),
            };
            var prefix = name[..^"_pts".Length];
            if (match.Groups["kind"].Value == "global")
            {
                var (points, values) = PeakFinding.FindGlobal(maps, options);
                AssertClose(expected[prefix + "_pts"], points, 1e-4, prefix);
                AssertClose(expected[prefix + "_vals"], values, 1e-6, prefix);
            }
            else
            {
                using var peaks = PeakFinding.FindLocal(maps, options);
                AssertClose(expected[prefix + "_sample"], peaks.Samples, 0, prefix);
                AssertClose(expected[prefix + "_chan"], peaks.Channels, 0, prefix);
                AssertClose(expected[prefix + "_vals"], peaks.Values, 1e-6, prefix);

                // Where positive and negative weights cancel, the mean position is ill-conditioned.
                AssertClose(expected[prefix + "_pts"], peaks.Points, 1e-3, prefix);
            }
        }

        Assert.True(compared >= 8, $"only {compared} settings were compared");
    }

    [Fact]
    public void A_map_below_the_threshold_has_no_peak()
    {
        using var scope = NewDisposeScope();
        var (points, values) = PeakFinding.FindGlobal(full([1, 2, 6, 6], 0.1f), new PeakOptions { Threshold = 0.2 });
        Assert.True(points.isnan().all().item<bool>());
        Assert.Equal(0, values.abs().max().item<float>());
    }

    [Fact]
    public void A_plateau_has_no_local_peak()
    {
        using var scope = NewDisposeScope();
        using var peaks = PeakFinding.FindLocal(ones(1, 1, 6, 6), new PeakOptions());
        Assert.Equal(0, peaks.Count);
    }

    [Fact]
    public void Integral_refinement_finds_the_centre_of_a_gaussian_between_grid_points()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (10.3, 7.8);
        var grid = arange(20, ScalarType.Float32);
        var map = exp(-((grid.view(1, -1) - x).pow(2) + (grid.view(-1, 1) - y).pow(2)) / (2 * 0.8 * 0.8)).view(1, 1, 20, 20);
        var (points, _) = PeakFinding.FindGlobal(map, new PeakOptions { IntegralPatchSize = 5 });
        Assert.InRange(points[0, 0, 0].item<float>(), x - 0.05, x + 0.05);
        Assert.InRange(points[0, 0, 1].item<float>(), y - 0.05, y + 0.05);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_threshold_outside_of_0_to_1_is_refused(double threshold) =>
        Assert.Equal("PeakThresholdOutOfRange", Assert.Throws<PredictionException>(() => new PeakOptions { Threshold = threshold }).ErrorId);

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void An_even_or_empty_patch_is_refused(int size) =>
        Assert.Equal("PatchSizeInvalid", Assert.Throws<PredictionException>(() => new PeakOptions { IntegralPatchSize = size }).ErrorId);

    [Fact]
    public void Peak_finding_leaves_no_tensor_behind()
    {
        using var scope = NewDisposeScope();
        var maps = rand(2, 3, 16, 16);
        var before = scope.DisposablesCount;
        for (var i = 0; i < 5; i++)
        {
            var (points, values) = PeakFinding.FindGlobal(maps, new PeakOptions());
            points.Dispose();
            values.Dispose();
            PeakFinding.FindLocal(maps, new PeakOptions()).Dispose();
        }

        Assert.Equal(before, scope.DisposablesCount);
    }

    private static void AssertClose(NpyArray expected, Tensor actual, double tolerance, string what)
    {
        var wanted = expected.ToDoubles();
        var got = actual.to(ScalarType.Float64).cpu().data<double>().ToArray();
        Assert.True(wanted.Length == got.Length, $"{what}: {got.Length} values instead of {wanted.Length}");
        for (var i = 0; i < wanted.Length; i++)
        {
            var same = double.IsNaN(wanted[i]) ? double.IsNaN(got[i]) : Math.Abs(wanted[i] - got[i]) <= tolerance * Math.Max(1, Math.Abs(wanted[i]));
            Assert.True(same, $"{what}[{i}]: {got[i]} instead of {wanted[i]}");
        }
    }

    [GeneratedRegex("_(?<kind>global|local)_t(?<threshold>[0-9.]+)_(?<refinement>None|integral)_(?<patch>[0-9]+)_pts$")]
    private static partial Regex Setting();
}
