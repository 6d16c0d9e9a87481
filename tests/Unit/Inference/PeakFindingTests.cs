using System.Globalization;
using System.Text.RegularExpressions;
using SleapNn.Inference;

namespace SleapNn.Tests.Inference;

public sealed partial class PeakFindingTests
{
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
        var expected = new NpzFile(SharedData.PathTo("reference", "ops", peaksFile + ".npz"));
        var mapsArray = model is null
            ? expected["cms"]
            : new NpzFile(SharedData.PathTo("reference", "activations", model + ".npz"))[head!];
        var maps = new MapStack(mapsArray.ToSingles(), (int)mapsArray.Shape[0], (int)mapsArray.Shape[1], (int)mapsArray.Shape[2], (int)mapsArray.Shape[3]);
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
                var peaks = PeakFinding.FindGlobal(maps, options).SelectMany(found => found).ToArray();
                AssertClose(expected[prefix + "_pts"], peaks.SelectMany(Xy), 1e-4, prefix);
                AssertClose(expected[prefix + "_vals"], peaks.Select(Value), 1e-6, prefix);
            }
            else
            {
                var bySample = PeakFinding.FindLocal(maps, options);
                var peaks = bySample.SelectMany(found => found).ToArray();
                AssertClose(expected[prefix + "_sample"], bySample.SelectMany((found, i) => found.Select(_ => (double)i)), 0, prefix);
                AssertClose(expected[prefix + "_chan"], peaks.Select(peak => (double)peak.Node), 0, prefix);
                AssertClose(expected[prefix + "_vals"], peaks.Select(Value), 1e-6, prefix);

                // Where positive and negative weights cancel, the mean position is ill-conditioned.
                AssertClose(expected[prefix + "_pts"], peaks.SelectMany(Xy), 1e-3, prefix);
            }
        }

        Assert.True(compared >= 8, $"only {compared} settings were compared");
    }

    [Fact]
    public void A_map_below_the_threshold_has_no_peak()
    {
        var peak = PeakFinding.FindGlobal(Maps(6, (_, _) => 0.1f), new PeakOptions { Threshold = 0.2 })[0].Single();
        Assert.True(float.IsNaN(peak.X) && float.IsNaN(peak.Y));
        Assert.Equal(0, peak.Value);
    }

    [Fact]
    public void A_plateau_has_no_local_peak() => Assert.Empty(PeakFinding.FindLocal(Maps(6, (_, _) => 1), new PeakOptions()).Single());

    [Fact]
    public void Peaks_are_found_wherever_they_are()
    {
        // Of a size that is no multiple of any vector's, with the corners and the cells beside them.
        const int size = 13;
        var options = new PeakOptions { Refinement = PeakRefinement.None };
        for (var cell = 0; cell < size * size; cell++)
        {
            var (x, y) = (cell % size, cell / size);
            var maps = Maps(size, (column, row) => column == x && row == y ? 0.9f : 0.3f * (float)Math.Exp(-Math.Abs(column - x) - Math.Abs(row - y)));
            PafPeak expected = new(x, y, 0.9f, 0);
            Assert.Equal([expected], PeakFinding.FindLocal(maps, options).Single());
            Assert.Equal([expected], PeakFinding.FindGlobal(maps, options).Single());
        }
    }

    [Fact]
    public void Local_peaks_come_row_by_row_and_in_a_cell_by_channel()
    {
        var values = new float[2 * 8 * 8];
        values[(2 * 8) + 5] = values[64 + (2 * 8) + 5] = values[64 + (2 * 8) + 1] = values[(6 * 8) + 0] = 1;
        var peaks = PeakFinding.FindLocal(new MapStack(values, 1, 2, 8, 8), new PeakOptions { Refinement = PeakRefinement.None }).Single();
        Assert.Equal([(1f, 2f, 1), (5, 2, 0), (5, 2, 1), (0, 6, 0)], peaks.Select(peak => (peak.X, peak.Y, peak.Node)));
    }

    [Fact]
    public void Integral_refinement_finds_the_centre_of_a_gaussian_between_grid_points()
    {
        var (x, y) = (10.3, 7.8);
        var maps = Maps(20, (column, row) => (float)Math.Exp(-(((column - x) * (column - x)) + ((row - y) * (row - y))) / (2 * 0.8 * 0.8)));
        var peak = PeakFinding.FindGlobal(maps, new PeakOptions { IntegralPatchSize = 5 })[0].Single();
        Assert.InRange(peak.X, x - 0.05, x + 0.05);
        Assert.InRange(peak.Y, y - 0.05, y + 0.05);
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

    private static MapStack Maps(int size, Func<int, int, float> value) =>
        new([.. Enumerable.Range(0, size * size).Select(cell => value(cell % size, cell / size))], 1, 1, size, size);

    private static IEnumerable<double> Xy(PafPeak peak) => [peak.X, peak.Y];

    private static double Value(PafPeak peak) => peak.Value;

    private static void AssertClose(NpyArray expected, IEnumerable<double> actual, double tolerance, string what)
    {
        var wanted = expected.ToDoubles();
        var got = actual.ToArray();
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
