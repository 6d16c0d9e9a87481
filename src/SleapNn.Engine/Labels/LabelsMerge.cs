using System.Text.Json.Nodes;

namespace SleapNn.LabelFiles;

/// <summary>Joins labels into one.</summary>
public static class LabelsMerge
{
    /// <summary>
    /// Joins labels. Videos are the same if their paths are; skeletons if they have the same nodes (in any order) and
    /// edges; tracks if they have the same name. Everything else is added.
    /// </summary>
    /// <param name="sources">The labels, in order; they stay as they are.</param>
    /// <param name="duplicates">What happens to a frame that several of them have.</param>
    /// <returns>New labels that share nothing but videos with the sources.</returns>
    /// <exception cref="LabelsException">
    /// A frame is there twice and that is refused (LabelsDuplicateFrame), or labels carry content that points at frames
    /// by position (LabelsPositionalContent).
    /// </exception>
    public static SleapLabels Merge(IReadOnlyList<SleapLabels> sources, DuplicateFrames duplicates = DuplicateFrames.Combine)
    {
        var merged = new SleapLabels();
        var files = new JsonArray();
        var frames = new Dictionary<(SleapVideo Video, int Index), LabeledFrame>();
        var suggestions = new HashSet<(SleapVideo, int)>();
        foreach (var source in sources)
        {
            PositionalContent.RequireNone(source, "merged");
            var copy = new Copy(source, merged);
            foreach (var frame in source.Frames)
            {
                Add(merged, frames, copy.Frame(frame), duplicates);
            }

            foreach (var suggestion in source.Suggestions)
            {
                var video = copy.Video(suggestion.Video);
                if (suggestions.Add((video, suggestion.FrameIndex)))
                {
                    merged.Suggestions.Add(suggestion with { Video = video });
                }
            }

            merged.DetachedInstances.AddRange(source.DetachedInstances.Select(copy.Instance));
            copy.Anchors();
            Fill(merged.Provenance, source.Provenance);
            Fill(merged.Metadata, source.Metadata);
            files.Add((JsonNode?)source.FileName);
        }

        merged.Provenance["merged_from"] = files;
        return merged;
    }

    private static void Fill(JsonObject target, JsonObject source)
    {
        foreach (var (name, value) in source)
        {
            if (!target.ContainsKey(name))
            {
                target[name] = value?.DeepClone();
            }
        }
    }

    private static void Add(SleapLabels merged, Dictionary<(SleapVideo, int), LabeledFrame> frames, LabeledFrame frame, DuplicateFrames duplicates)
    {
        var key = (frame.Video, frame.FrameIndex);
        if (!frames.TryGetValue(key, out var first))
        {
            frames[key] = frame;
            merged.Frames.Add(frame);
            return;
        }

        switch (duplicates)
        {
            case DuplicateFrames.KeepFirst:
                return;
            case DuplicateFrames.KeepLast:
                merged.Frames[merged.Frames.IndexOf(first)] = frames[key] = frame;
                return;
            case DuplicateFrames.Refuse:
                throw new LabelsException("LabelsDuplicateFrame", $"Frame {frame.FrameIndex} of '{frame.Video}' is in more than one of the labels.", frame);
            default:
                first.IsNegative |= frame.IsNegative;
                first.Instances.AddRange(frame.Instances.Where(instance => !first.Instances.Any(other => Same(other, instance))).ToList());
                return;
        }
    }

    private static bool Same(PoseInstance one, PoseInstance other) =>
        one.Kind == other.Kind && one.Skeleton == other.Skeleton && one.Track == other.Track && one.Points.AsSpan().SequenceEqual(other.Points);

    /// <summary>Takes parts of one of the labels over into the merged ones.</summary>
    private sealed class Copy(SleapLabels source, SleapLabels merged)
    {
        private readonly Dictionary<SleapVideo, SleapVideo> videos = source.Videos.ToDictionary(video => video, video => Find(merged.Videos, video, Same));

        private readonly Dictionary<Track, Track> tracks = source.Tracks
            .GroupBy(track => track.Name)
            .SelectMany(group => group.Count() == 1
                ? [(From: group.First(), To: Find(merged.Tracks, group.First(), (one, other) => one.Name == other.Name, track => new Track { Name = track.Name, SpawnedOn = track.SpawnedOn }))]
                // Namesakes within one file are different animals.
                : group.Select(track => (From: track, To: Append(merged.Tracks, new Track { Name = track.Name, SpawnedOn = track.SpawnedOn }))).ToArray())
            .ToDictionary(pair => pair.From, pair => pair.To);

        private readonly Dictionary<Skeleton, (Skeleton Skeleton, int[] From)> skeletons = source.Skeletons.ToDictionary(skeleton => skeleton, skeleton =>
        {
            var target = Find(merged.Skeletons, skeleton, Same);
            return (target, target.Nodes.Select(skeleton.IndexOf).ToArray());
        });

        private readonly Dictionary<PoseInstance, PoseInstance> instances = [];

        public SleapVideo Video(SleapVideo video) => videos.TryGetValue(video, out var known) ? known : videos[video] = Find(merged.Videos, video, Same);

        public LabeledFrame Frame(LabeledFrame frame) =>
            new(Video(frame.Video), frame.FrameIndex, frame.Instances.Select(Instance)) { IsNegative = frame.IsNegative };

        public PoseInstance Instance(PoseInstance instance)
        {
            if (instances.TryGetValue(instance, out var known))
            {
                return known;
            }

            if (!skeletons.TryGetValue(instance.Skeleton, out var target) || (instance.Track is not null && !tracks.ContainsKey(instance.Track)))
            {
                throw new LabelsException("LabelsInconsistent", $"The skeleton or track of an instance of {source} is not in the labels' own list; add it there.", instance);
            }

            var (skeleton, from) = target;
            var copy = instances[instance] = new PoseInstance(skeleton, from.Select(i => instance.Points[i]).ToArray(), instance.Kind)
            {
                Track = instance.Track is null ? null : tracks[instance.Track],
                Score = instance.Score,
                TrackingScore = instance.TrackingScore,
            };
            copy.FromPredicted = instance.FromPredicted is null ? null : Instance(instance.FromPredicted);
            return copy;
        }

        /// <summary>Negative anchors are filed by the position of their video.</summary>
        public void Anchors()
        {
            foreach (var (key, anchors) in source.NegativeAnchors)
            {
                var place = int.TryParse(key, out var i) && i >= 0 && i < source.Videos.Count
                    ? merged.Videos.IndexOf(Video(source.Videos[i])).ToString(System.Globalization.CultureInfo.InvariantCulture)
                    : key;
                if (merged.NegativeAnchors[place] is JsonArray there && anchors is JsonArray more)
                {
                    foreach (var anchor in more)
                    {
                        there.Add(anchor?.DeepClone());
                    }
                }
                else
                {
                    merged.NegativeAnchors[place] = anchors?.DeepClone();
                }
            }
        }

        private static T Find<T>(List<T> list, T item, Func<T, T, bool> same, Func<T, T>? copy = null)
            where T : class => list.FirstOrDefault(other => same(other, item)) ?? Append(list, copy is null ? item : copy(item));

        private static T Append<T>(List<T> list, T item)
        {
            list.Add(item);
            return item;
        }

        private static bool Same(SleapVideo one, SleapVideo other)
        {
            var comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
            return ReferenceEquals(one, other) || (string.Equals(Normal(one.FileName), Normal(other.FileName), comparison)
                && (one.Dataset ?? "") == (other.Dataset ?? "")
                && one.ImageFileNames.Select(Normal).SequenceEqual(other.ImageFileNames.Select(Normal)));
        }

        private static string Normal(string path) => path.Replace('\\', '/');

        private static bool Same(Skeleton one, Skeleton other)
        {
            static HashSet<(string, string)> Edges(Skeleton skeleton) => skeleton.Edges.Select(edge => (skeleton.Nodes[edge.Source], skeleton.Nodes[edge.Destination])).ToHashSet();

            return one.Nodes.Count == other.Nodes.Count && one.Nodes.ToHashSet().SetEquals(other.Nodes) && Edges(one).SetEquals(Edges(other));
        }
    }
}
