namespace SleapNn.Tests.Evaluation;

/// <summary>Makes small labels.</summary>
internal static class Builder
{
    public static SleapLabels Labels(IReadOnlyList<string> nodes, params SleapVideo[] videos)
    {
        var skeleton = new Skeleton { Name = "animal" };
        skeleton.Nodes.AddRange(nodes);
        var labels = new SleapLabels();
        labels.Skeletons.Add(skeleton);
        labels.Videos.AddRange(videos);
        return labels;
    }

    public static SleapVideo Video(string path) => new() { FileName = path };

    public static SleapLabels Frame(this SleapLabels labels, int frame, params PoseInstance[] instances) => labels.Frame(labels.Videos[0], frame, instances);

    public static SleapLabels Frame(this SleapLabels labels, SleapVideo video, int frame, params PoseInstance[] instances)
    {
        labels.Frames.Add(new LabeledFrame(video, frame, instances));
        return labels;
    }

    public static PoseInstance User(this SleapLabels labels, params (double X, double Y)[] points) =>
        new(labels.Skeleton, Points(points));

    public static PoseInstance Predicted(this SleapLabels labels, double score, params (double X, double Y)[] points) =>
        new(labels.Skeleton, Points(points), InstanceKind.Predicted) { Score = score };

    private static PosePoint[] Points((double X, double Y)[] points) =>
        Array.ConvertAll(points, p => double.IsNaN(p.X) ? PosePoint.Missing : new PosePoint(p.X, p.Y));
}
