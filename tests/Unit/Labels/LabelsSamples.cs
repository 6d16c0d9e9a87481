using System.Text.Json.Nodes;
using CsCheck;

namespace SleapNn.Tests.Labels;

/// <summary>Labels made up for tests.</summary>
internal static class LabelsSamples
{
    /// <summary>Any labels: several videos, skeletons and tracks, links between instances.</summary>
    public static Gen<SleapLabels> Any { get; } = Gen.Select(
        Gen.Int[1, 3],
        Gen.Int[0, 3],
        Gen.Int[0, 12],
        Gen.String[Gen.Char, 0, 12],
        Gen.Int,
        (videos, tracks, frames, name, seed) => Make(videos, tracks, frames, name, seed));

    /// <summary>Labels with a bit of everything.</summary>
    public static SleapLabels Rich() => Make(3, 2, 8, "Überraschung \"\\ \n", 5);

    private static SleapLabels Make(int videoCount, int trackCount, int frameCount, string name, int seed)
    {
        // Lone surrogates cannot be in a JSON text.
        name = new string(name.Where(c => !char.IsSurrogate(c)).ToArray());
        var random = new Random(seed);
        var labels = new SleapLabels();
        for (var i = 0; i < videoCount; i++)
        {
            labels.Videos.Add(new SleapVideo { FileName = $"/nowhere/{i}/{name.Replace('\\', '_').Replace('\0', '_')}.mp4" });
            if (i == 1)
            {
                labels.Videos[i].ImageFileNames.AddRange(["/nowhere/a.png", "/nowhere/b.png"]);
                labels.Videos[i].FileName = "/nowhere/a.png";
                labels.Videos[i].FrameCount = 2;
            }
            else if (i == 2)
            {
                (labels.Videos[i].FrameCount, labels.Videos[i].HeightPx, labels.Videos[i].WidthPx, labels.Videos[i].Channels) = (100, 48, 64, 1);
                labels.Videos[i].SourceVideo = new SleapVideo { FileName = "/nowhere/source.avi" };
            }
        }

        for (var i = 0; i < trackCount; i++)
        {
            labels.Tracks.Add(new Track { Name = name + i, SpawnedOn = i * 7 });
        }

        for (var i = 0; i < 2; i++)
        {
            var skeleton = new Skeleton { Name = name + i };
            skeleton.Nodes.AddRange(Enumerable.Range(0, 2 + i + random.Next(3)).Select(n => $"{(i == 0 ? name : "node")}{n}"));
            skeleton.Edges.AddRange(Enumerable.Range(1, skeleton.Nodes.Count - 1).Select(n => new SkeletonEdge(random.Next(n), n)));
            if (random.Next(2) == 0)
            {
                skeleton.Symmetries.Add(new SkeletonEdge(0, 1));
            }

            labels.Skeletons.Add(skeleton);
        }

        for (var i = 0; i < frameCount; i++)
        {
            var frame = new LabeledFrame(labels.Videos[random.Next(videoCount)], i) { IsNegative = random.Next(5) == 0 };
            for (var k = random.Next(4); k > 0; k--)
            {
                frame.Instances.Add(Instance(labels, random));
            }

            labels.Frames.Add(frame);
        }

        for (var i = random.Next(3); i > 0; i--)
        {
            labels.Suggestions.Add(new SuggestedFrame(labels.Videos[random.Next(videoCount)], random.Next(1000), random.Next(3)));
        }

        labels.Provenance = new JsonObject { ["note"] = name, ["number"] = 0.1 };
        labels.NegativeAnchors = new JsonObject { ["0"] = new JsonArray(new JsonArray(1, 2.5, 3.5)) };
        labels.Sessions = random.Next(2) == 0 ? [] : new JsonArray(new JsonObject { ["calibration"] = new JsonObject { ["name"] = name } });
        return labels;
    }

    private static PoseInstance Instance(SleapLabels labels, Random random)
    {
        var skeleton = labels.Skeletons[random.Next(labels.Skeletons.Count)];
        var kind = (InstanceKind)random.Next(2);
        var scored = kind == InstanceKind.Predicted;
        var points = skeleton.Nodes.Select(_ => random.Next(4) == 0
            ? PosePoint.Missing
            : new PosePoint(random.NextDouble() * 1000, random.NextDouble() * 1000, random.Next(2) == 0, random.Next(2) == 0, scored ? random.NextDouble() : 0)).ToArray();
        return new PoseInstance(skeleton, points, kind)
        {
            Track = labels.Tracks.Count > 0 && random.Next(2) == 0 ? labels.Tracks[random.Next(labels.Tracks.Count)] : null,
            Score = scored ? random.NextSingle() : 0,
            TrackingScore = random.NextSingle(),
            FromPredicted = !scored && random.Next(2) == 0 ? new PoseInstance(skeleton, points, InstanceKind.Predicted) : null,
        };
    }
}
