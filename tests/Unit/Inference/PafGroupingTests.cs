using System.Text.Json;
using CsCheck;
using SleapNn.Inference;

namespace SleapNn.Tests.Inference;

public sealed class PafGroupingTests
{
    private static readonly JsonSerializerOptions WithNaN = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    [SharedTheory]
    [InlineData("t0.05_minpeaks0", 0)]
    [InlineData("t0.05_minpeaks1", 1)]
    [InlineData("t0.05_minpeaks0.5", 0.5)]
    [InlineData("t0.2_minpeaks0", 0)]
    [InlineData("t0.2_minpeaks0.5", 0.5)]
    public void Real_peaks_are_scored_and_grouped_as_in_sleap_nn(string setting, double minInstancePeaks)
    {
        var expected = Reference().GetProperty(setting);
        var field = new NpzFile(SharedData.PathTo("reference", "activations", "minimal_instance_bottomup.npz"))["out_PartAffinityFieldsHead"];
        var (height, width) = ((int)field.Shape[2], (int)field.Shape[3]);
        var stride = 384 / height;
        var grouping = new PafGrouping(2, [new(0, 1)], stride, new GroupingOptions { MinInstancePeaks = minInstancePeaks });
        var byNode = ByNode(Peaks(expected), 2);

        var matches = grouping.Match(byNode, field.ToSingles(), height, width);
        AssertMatches(expected, matches, sample: 0);
        AssertPoses(expected, grouping.Assemble(byNode, matches), sample: 0);
    }

    [SharedTheory]
    [InlineData("mls0.25_mi0", 0.25, 0)]
    [InlineData("mls0.25_mi2", 0.25, 2)]
    [InlineData("mls-0.5_mi0", -0.5, 0)]
    [InlineData("mls-0.5_mi3", -0.5, 3)]
    [InlineData("mls-0.5_mi0.5", -0.5, 0.5)]
    [InlineData("mls-2.0_mi0", -2, 0)]
    [InlineData("mls-2.0_mi3", -2, 3)]
    [InlineData("mls-2.0_mi0.5", -2, 0.5)]
    public void Random_connections_are_assembled_as_in_sleap_nn(string setting, double minLineScore, double minInstancePeaks)
    {
        var random = Reference().GetProperty("random");
        var input = random.GetProperty("input");
        var expected = random.GetProperty(setting);
        var names = input.GetProperty("names").EnumerateArray().Select(name => name.GetString()!).ToList();
        var edges = input.GetProperty("edges").EnumerateArray()
            .Select(edge => new SkeletonEdge(names.IndexOf(edge[0].GetString()!), names.IndexOf(edge[1].GetString()!))).ToArray();
        Assert.Equal(input.GetProperty("sorted").EnumerateArray().Select(i => i.GetInt32()), PafGrouping.OrderEdges(names.Count, edges));
        var grouping = new PafGrouping(names.Count, edges, 4, new GroupingOptions { MinLineScore = minLineScore, MinInstancePeaks = minInstancePeaks });
        var samples = expected.GetProperty("match_edge").GetArrayLength();
        Assert.Equal(2, samples);
        for (var sample = 0; sample < samples; sample++)
        {
            var byNode = ByNode(Peaks(input, sample), names.Count);
            var matches = Numbers(expected.GetProperty("match_edge")[sample])
                .Zip(Numbers(expected.GetProperty("match_src")[sample]), Numbers(expected.GetProperty("match_dst")[sample]))
                .Zip(Numbers(expected.GetProperty("match_score")[sample]), (m, score) => new EdgeMatch((int)m.First, (int)m.Second, (int)m.Third, (float)score));
            AssertPoses(expected, grouping.Assemble(byNode, matches), sample);
        }
    }

    [Fact]
    public void Assignment_is_as_cheap_as_the_best_of_all_permutations() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 5]).SelectMany((rows, columns) => Gen.Double[-10, 10].Array2D[rows, columns]).Sample(costs =>
        {
            var pairs = LinearAssignment.Solve(costs);
            var (rows, columns) = (costs.GetLength(0), costs.GetLength(1));
            Assert.Equal(Math.Min(rows, columns), pairs.Length);
            Assert.Equal(pairs.Length, pairs.Select(pair => pair.Row).Distinct().Count());
            Assert.Equal(pairs.Length, pairs.Select(pair => pair.Column).Distinct().Count());
            Assert.Equal(Cheapest(costs, 0, 0, rows <= columns), pairs.Sum(pair => costs[pair.Row, pair.Column]), 1e-9);
        });

    [Fact]
    public void Assignment_avoids_pairs_that_are_not_a_number()
    {
        var pairs = LinearAssignment.Solve(new[,] { { double.NaN, 5 }, { 5, 1 } });
        Assert.Equal([(0, 1), (1, 0)], pairs);
    }

    [SharedFact]
    public void Classes_are_assigned_as_in_sleap_nn()
    {
        var reference = JsonSerializer.Deserialize<JsonElement>(
            File.ReadAllText(SharedData.PathTo("reference", "ops", "class_vectors.json")).Replace("NaN", "\"NaN\""));
        var rows = reference.GetProperty("probs").EnumerateArray().Select(row => Numbers(row).ToArray()).ToArray();
        var probabilities = new double[rows.Length, rows[0].Length];
        for (var i = 0; i < rows.Length; i++)
        {
            for (var j = 0; j < rows[i].Length; j++)
            {
                probabilities[i, j] = rows[i][j];
            }
        }

        var assigned = ClassAssignment.FromVectors(probabilities);
        Assert.Equal(Numbers(reference.GetProperty("out")[0]), assigned.Select(a => (double)a.Class));
        Assert.Equal(Numbers(reference.GetProperty("out")[1]), assigned.Select(a => a.Probability));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_length_ratio_that_is_not_positive_is_refused(double ratio) =>
        Assert.Equal("GroupingOptionOutOfRange", Assert.Throws<PredictionException>(() => new GroupingOptions { MaxEdgeLengthRatio = ratio }).ErrorId);

    private static double Cheapest(double[,] costs, int index, int used, bool byRow)
    {
        var (count, choices) = byRow ? (costs.GetLength(0), costs.GetLength(1)) : (costs.GetLength(1), costs.GetLength(0));
        if (index == count)
        {
            return 0;
        }

        var best = double.PositiveInfinity;
        for (var choice = 0; choice < choices; choice++)
        {
            if ((used & (1 << choice)) == 0)
            {
                var cost = byRow ? costs[index, choice] : costs[choice, index];
                best = Math.Min(best, cost + Cheapest(costs, index + 1, used | (1 << choice), byRow));
            }
        }

        return best;
    }

    private static JsonElement Reference() =>
        JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(SharedData.PathTo("reference", "ops", "paf.json")).Replace("NaN", "\"NaN\""), WithNaN);

    private static IEnumerable<double> Numbers(JsonElement array) =>
        array.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.String ? double.NaN : value.GetDouble());

    private static PafPeak[] Peaks(JsonElement source, int? sample = null)
    {
        JsonElement Of(string name) => sample is { } s ? source.GetProperty(name)[s] : source.GetProperty(name);
        var values = Numbers(Of("vals")).ToArray();
        var nodes = Numbers(Of("chan")).ToArray();
        return [.. Of("peaks").EnumerateArray().Select((xy, i) => new PafPeak(xy[0].GetSingle(), xy[1].GetSingle(), (float)values[i], (int)nodes[i]))];
    }

    private static PafPeak[][] ByNode(PafPeak[] peaks, int nodeCount) =>
        [.. Enumerable.Range(0, nodeCount).Select(node => peaks.Where(peak => peak.Node == node).ToArray())];

    private static void AssertMatches(JsonElement expected, List<EdgeMatch> matches, int sample)
    {
        Assert.Equal(Numbers(expected.GetProperty("match_edge")[sample]), matches.Select(m => (double)m.Edge));
        Assert.Equal(Numbers(expected.GetProperty("match_src")[sample]), matches.Select(m => (double)m.SourcePeak));
        Assert.Equal(Numbers(expected.GetProperty("match_dst")[sample]), matches.Select(m => (double)m.DestinationPeak));
        foreach (var (wanted, match) in Numbers(expected.GetProperty("match_score")[sample]).Zip(matches))
        {
            Assert.Equal(wanted, match.Score, 1e-5);
        }
    }

    private static void AssertPoses(JsonElement expected, IReadOnlyList<DetectedPose> poses, int sample)
    {
        var instances = expected.GetProperty("instances")[sample];
        Assert.Equal(instances.GetArrayLength(), poses.Count);
        var scores = Numbers(expected.GetProperty("instance_scores")[sample]).ToArray();
        for (var i = 0; i < poses.Count; i++)
        {
            Assert.Equal(scores[i], poses[i].Score, 1e-5);
            for (var node = 0; node < poses[i].Points.Length; node++)
            {
                var xy = Numbers(instances[i][node]).ToArray();
                Assert.Equal(xy[0], poses[i].Points[node].X, 1e-4);
                Assert.Equal(xy[1], poses[i].Points[node].Y, 1e-4);
            }
        }
    }
}
