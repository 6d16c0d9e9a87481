using System.Text.Json;
using SleapNn.Tracking;

namespace SleapNn.Tests.Tracking;

/// <summary>The recorded tracks of 40 frames, and the poses they were made from.</summary>
internal static class TrackReference
{
    public sealed record Pose(double[] Points, double Score, string? Track, double TrackingScore);

    public static List<(int FrameIndex, List<Pose> Poses)> Load(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(SharedData.PathTo("reference", "track_eval", name)));
        var frames = json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement : json.RootElement.GetProperty("frames");
        return [.. frames.EnumerateArray().Select(frame => (
            frame.GetProperty("frame_idx").GetInt32(),
            frame.GetProperty("instances").EnumerateArray().Select(PoseOf).ToList()))];
    }

    public static SleapLabels Untracked()
    {
        var frames = Load("untracked_bottomup.json");
        var labels = TrackingData.Empty(frames[0].Poses[0].Points.Length / 2);
        labels.Videos[0].FileName = SharedData.PathTo("data", "datasets", "centered_pair_small.mp4");
        foreach (var (index, poses) in frames)
        {
            labels.Frames.Add(new LabeledFrame(labels.Videos[0], index, poses.Select(p => TrackingData.Instance(labels.Skeleton, p.Points, p.Score))));
        }

        return labels;
    }

    public static void AssertEqual(string name, TrackingOptions options, double tolerance = 1e-9)
    {
        var expected = Load(name);
        var tracked = LabelsTracking.Track(Untracked(), options).Labels;

        Assert.Equal(expected.Count, tracked.Frames.Count);
        foreach (var (frame, (index, poses)) in tracked.Frames.Zip(expected))
        {
            Assert.Equal(index, frame.FrameIndex);
            Assert.Equal(poses.Select(p => p.Track), frame.Instances.Select(i => i.Track?.Name));
            foreach (var (instance, pose) in frame.Instances.Zip(poses))
            {
                Assert.Equal(pose.Points, instance.Points.SelectMany(p => new[] { p.X, p.Y }));
                Assert.True(
                    Math.Abs(pose.TrackingScore - instance.TrackingScore) <= tolerance,
                    $"Frame {index}: {instance.TrackingScore} instead of {pose.TrackingScore}.");
            }
        }
    }

    private static Pose PoseOf(JsonElement instance) => new(
        [.. instance.GetProperty("points").EnumerateArray().SelectMany(p => p.EnumerateArray()).Select(v => v.ValueKind == JsonValueKind.Number ? v.GetDouble() : double.NaN)],
        instance.GetProperty("score").GetDouble(),
        instance.GetProperty("track").GetString(),
        instance.GetProperty("tracking_score").GetDouble());
}
