using SleapNn.Inference;

namespace SleapNn.Media;

/// <summary>Draws the poses of labels over the frames that they belong to.</summary>
public static class PoseDrawing
{
    /// <summary>Draws one frame.</summary>
    /// <param name="frame">The frame's labels.</param>
    /// <param name="image">The frame.</param>
    /// <param name="style">How to draw.</param>
    /// <param name="zoom">Pixels of the picture per pixel of the frame.</param>
    /// <param name="kind">Only the instances that a person, or a model, placed; null for all.</param>
    /// <param name="maps">A network's maps to lay under the poses, or null.</param>
    /// <returns>The picture; the caller disposes it.</returns>
    public static Picture Draw(LabeledFrame? frame, ImageFrame image, PoseStyle style, double zoom, InstanceKind? kind = null, MapDrawing? maps = null)
    {
        var picture = Picture.Of(image, zoom);
        var instances = frame is null ? [] : Chosen(frame, kind);
        maps?.Draw(picture, image, instances);
        picture.DrawPoses(instances, style);
        return maps is null ? picture : Beside(picture, maps);
    }

    /// <summary>
    /// Draws the frames of a video one after another, those without labels as they are, with trails of where each track has
    /// been.
    /// </summary>
    /// <param name="labels">The labels.</param>
    /// <param name="video">One of their videos.</param>
    /// <param name="source">Its frames.</param>
    /// <param name="frameIndices">The frames to draw, in order.</param>
    /// <param name="style">How to draw.</param>
    /// <param name="zoom">Pixels of the picture per pixel of the frame.</param>
    /// <param name="trailFrames">How many frames back a trail reaches; 0 for none.</param>
    /// <param name="kind">Only the instances that a person, or a model, placed; null for all.</param>
    /// <param name="maps">A network's maps to lay under the poses, or null.</param>
    /// <returns>The drawn frames, made one at a time.</returns>
    public static IEnumerable<ImageFrame> DrawVideo(
        SleapLabels labels,
        SleapVideo video,
        IFrameSource source,
        IEnumerable<int> frameIndices,
        PoseStyle style,
        double zoom = 1,
        int trailFrames = 0,
        InstanceKind? kind = null,
        MapDrawing? maps = null)
    {
        var labelled = new Dictionary<int, LabeledFrame>();
        foreach (var frame in labels.Frames.Where(f => ReferenceEquals(f.Video, video)))
        {
            labelled.TryAdd(frame.FrameIndex, frame);
        }

        var trails = new Dictionary<Track, Queue<(int Frame, double X, double Y)>>();
        foreach (var index in frameIndices)
        {
            labelled.TryGetValue(index, out var frame);
            var instances = frame is null ? [] : Chosen(frame, kind);
            var image = source.Read(index);
            using var picture = Picture.Of(image, zoom);
            maps?.Draw(picture, image, instances);
            if (trailFrames > 0)
            {
                DrawTrails(picture, instances, trails, index, trailFrames, style);
            }

            picture.DrawPoses(instances, style);
            using var whole = maps?.WithLegend(picture);
            yield return (whole ?? picture).ToFrame(index);
        }
    }

    private static Picture Beside(Picture picture, MapDrawing maps)
    {
        using (picture)
        {
            return maps.WithLegend(picture);
        }
    }

    private static List<PoseInstance> Chosen(LabeledFrame frame, InstanceKind? kind) =>
        [.. frame.Instances.Where(i => kind is null || i.Kind == kind)];

    private static void DrawTrails(
        Picture picture, List<PoseInstance> instances, Dictionary<Track, Queue<(int Frame, double X, double Y)>> trails, int index, int trailFrames, PoseStyle style)
    {
        foreach (var instance in instances)
        {
            var placed = instance.Points.Where(p => p.HasPosition).ToList();
            if (instance.Track is not { } track || placed.Count == 0)
            {
                continue;
            }

            if (!trails.TryGetValue(track, out var trail))
            {
                trails[track] = trail = new();
            }

            trail.Enqueue((index, placed.Average(p => p.X), placed.Average(p => p.Y)));
            while (trail.Peek().Frame < index - trailFrames)
            {
                trail.Dequeue();
            }

            picture.DrawTrail([.. trail.Select(t => (t.X, t.Y))], instance, style);
        }
    }
}
