using SleapNn.Inference;
using SleapNn.LabelFiles;
using SleapNn.Media;

namespace SleapNn.Tests.Inference;

/// <summary>Compares where the maps are drawn with where the animals are.</summary>
public sealed class NetworkViewTests : TorchTest
{
    [SharedTheory]
    [InlineData("minimal_instance_bottomup", 2)]
    [InlineData("minimal_instance_centered_instance", 2)]
    [InlineData("minimal_instance_centroid", 1)]
    [InlineData("minimal_instance_multiclass_bottomup", 2)]
    public void Maps_lie_where_the_animals_are(string model, int channels)
    {
        var labels = LabelsFile.Load(SharedData.PathTo("data", "datasets", "minimal_instance.pkg.slp"));
        var (frame, instances) = FrameOf(labels);
        using var network = NetworkView.Load(SharedData.PathTo("data", "models", model), new PredictionOptions { Device = "cpu" });

        var look = network.Look(frame, instances);

        Assert.NotEmpty(look.Confidence);
        Assert.Equal(model.Contains("centered"), look.Crops.Count == instances.Count);
        foreach (var maps in look.Confidence)
        {
            Assert.Equal(channels, maps.Channels);
            for (var channel = 0; channel < channels; channel++)
            {
                var only = maps.Only(channel);
                var peak = Array.IndexOf(only.Values, only.Values.Max());
                var (x, y) = (maps.LeftPx + (peak % maps.Columns * maps.StridePx), maps.TopPx + (peak / maps.Columns * maps.StridePx));
                var wanted = instances.Select(instance => network.IsCentroid
                    ? (X: instance.Points.Average(point => point.X), Y: instance.Points.Average(point => point.Y))
                    : (instance.Points[channel].X, instance.Points[channel].Y));
                Assert.True(wanted.Min(at => Math.Abs(at.X - x) + Math.Abs(at.Y - y)) < 16, $"the peak of {network.Nodes[channel]} is at {x}, {y}");
            }
        }
    }

    [SharedFact]
    public void The_peaks_of_the_maps_are_the_points_that_are_predicted()
    {
        var labels = LabelsFile.Load(SharedData.PathTo("data", "datasets", "minimal_instance.pkg.slp"));
        var options = new PredictionOptions { Device = "cpu", Peaks = new PeakOptions { Threshold = 0, Refinement = PeakRefinement.None } };
        var path = SharedData.PathTo("data", "models", "minimal_instance_single_instance");
        using var network = NetworkView.Load(path, options);
        using var predictor = Predictor.Load([path], options);
        using var source = FrameSource.Open(labels.Videos[0]);

        var maps = Assert.Single(network.Look(FrameOf(labels).Frame, []).Confidence);

        var points = Assert.Single(predictor.Predict(labels.Videos[0], source, [labels.Frames[0].FrameIndex])).Frame.Instances[0].Points;
        for (var node = 0; node < points.Length; node++)
        {
            var values = maps.Only(node).Values;
            var peak = Array.IndexOf(values, values.Max());
            Assert.Equal(points[node].X, maps.LeftPx + (peak % maps.Columns * maps.StridePx), 1e-3);
            Assert.Equal(points[node].Y, maps.TopPx + (peak / maps.Columns * maps.StridePx), 1e-3);
            Assert.Equal(points[node].Score, values[peak], 1e-5);
        }
    }

    [SharedFact]
    public void Fields_point_along_the_edges()
    {
        var labels = LabelsFile.Load(SharedData.PathTo("data", "datasets", "minimal_instance.pkg.slp"));
        var (frame, instances) = FrameOf(labels);
        using var network = NetworkView.Load(SharedData.PathTo("data", "models", "minimal_instance_bottomup"), new PredictionOptions { Device = "cpu" });

        var fields = Assert.Single(network.Look(frame, instances).Fields);

        Assert.Equal("A - B", Assert.Single(network.Edges));
        Assert.Equal(2, fields.Channels);
        foreach (var (from, to) in instances.Select(instance => (instance.Points[0], instance.Points[1])))
        {
            var cell = ((int)Math.Round((from.Y + to.Y) / 2 / fields.StridePx) * fields.Columns) + (int)Math.Round((from.X + to.X) / 2 / fields.StridePx);
            var (x, y) = (fields.Values[cell], fields.Values[(fields.Rows * fields.Columns) + cell]);
            Assert.True((x * (to.X - from.X)) + (y * (to.Y - from.Y)) > 0, "the field points from A to B");
        }
    }

    [SharedFact]
    public void What_a_model_does_not_have_is_an_error()
    {
        using var network = NetworkView.Load(SharedData.PathTo("data", "models", "minimal_instance_centroid"), new PredictionOptions { Device = "cpu" });

        Assert.Equal("OverlayNoFields", Assert.Throws<PredictionException>(() => new MapDrawing(network, MapOverlay.Both)).ErrorId);
        Assert.Contains("centroid", Assert.Throws<PredictionException>(() => new MapDrawing(network, node: "head")).Message);
    }

    private static (ImageFrame Frame, IReadOnlyList<PoseInstance> Instances) FrameOf(SleapLabels labels)
    {
        using var source = FrameSource.Open(labels.Videos[0]);
        return (source.Read(labels.Frames[0].FrameIndex), labels.Frames[0].Instances);
    }
}
