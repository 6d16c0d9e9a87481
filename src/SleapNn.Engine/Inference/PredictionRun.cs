using System.Diagnostics;
using System.Text.Json.Nodes;
using SleapNn.LabelFiles;
using SleapNn.Media;
using SleapNn.Tracking;

namespace SleapNn.Inference;

/// <summary>Predicts on a whole source, and tracks the animals, into labels or straight into a file.</summary>
public sealed class PredictionRun
{
    private readonly Predictor predictor;
    private readonly IReadOnlyList<string> modelPaths;
    private readonly PredictionSource source;
    private readonly PredictionOptions options;
    private readonly TrackingOptions? tracking;
    private readonly DateTime start = DateTime.Now;

    /// <summary>Prepares a run.</summary>
    /// <param name="predictor">The models.</param>
    /// <param name="modelPaths">Where the models came from.</param>
    /// <param name="source">What to predict on.</param>
    /// <param name="options">How the prediction is run.</param>
    /// <param name="tracking">How animals are tracked; null for not at all.</param>
    /// <exception cref="PredictionException">
    /// The models need to be told where animals are, and the source does not say (ModelCombination); or they tell animals apart
    /// themselves, and tracking would overwrite that (PredictionOptionConflict).
    /// </exception>
    /// <exception cref="SleapException">A tracking option is out of range, or two do not go together.</exception>
    public PredictionRun(
        Predictor predictor, IReadOnlyList<string> modelPaths, PredictionSource source, PredictionOptions options, TrackingOptions? tracking = null)
    {
        if (predictor.Pipeline.NeedsCentroids && source.Labels is null)
        {
            throw new PredictionException(
                "ModelCombination",
                $"A {predictor.Pipeline.Kind} model works on crops around animals: also give the centroid model that finds them, as in "
                + "-Model centroid_folder, crop_folder, or predict on labels (.slp) whose instances say where the animals are.",
                source.Name);
        }

        if (tracking is not null && predictor.Tracks.Count > 0)
        {
            throw new PredictionException(
                "PredictionOptionConflict",
                $"A {predictor.Pipeline.Kind} model tells the animals apart by itself ({string.Join(", ", predictor.Pipeline.Classes)}), and tracking would overwrite that. Leave Tracking out.",
                tracking);
        }

        tracking?.Validate();
        this.predictor = predictor;
        this.modelPaths = modelPaths;
        this.source = source;
        this.options = options;
        this.tracking = tracking;
    }

    /// <summary>Predicts into memory.</summary>
    /// <param name="progress">Told after every batch, over all videos together.</param>
    /// <param name="cancellation">Ends the prediction after the present batch.</param>
    /// <returns>Labels with the predicted instances, a frame for each frame that was looked at.</returns>
    public PredictionResult ToLabels(IProgress<PredictionProgress>? progress = null, CancellationToken cancellation = default)
    {
        var tracks = new StreamTracking(tracking);
        var frames = new List<LabeledFrame>();
        foreach (var (_, frame) in Frames(0, 0, progress, cancellation))
        {
            tracks.Track(frame.Frame, frame.Image);
            frames.Add(frame.Frame);
        }

        var labels = Labels(tracks);
        labels.Frames.AddRange(frames);
        return new PredictionResult(labels, frames.Count, frames.Sum(frame => (long)frame.Instances.Count), tracks.UntrackedCount);
    }

    /// <summary>
    /// Predicts into a file. Finished frames go to a journal beside it at once, so a run that is stopped keeps what it had; the
    /// file itself is written whole at the end. Memory does not grow with the number of frames, but for formats other than
    /// labels files, and where the frames are wanted as well.
    /// </summary>
    /// <param name="path">The file: .slp, .h5 or .csv.</param>
    /// <param name="resume">Whether to go on where a stopped run ended, if there is one; else its journal is replaced.</param>
    /// <param name="keepFrames">Whether the labels that are returned hold the frames.</param>
    /// <param name="progress">Told after every batch, over all videos together.</param>
    /// <param name="cancellation">Ends the prediction after the present batch.</param>
    /// <returns>What the file holds.</returns>
    /// <exception cref="PredictionException">
    /// The stopped run had other models, frames or options (ResumeMismatch), its journal cannot be read (JournalUnreadable), or a
    /// run that goes on writes to it (JournalBusy).
    /// </exception>
    public PredictionResult ToFile(
        string path, bool resume, bool keepFrames, IProgress<PredictionProgress>? progress = null, CancellationToken cancellation = default)
    {
        LabelsExport.Check(path);
        if (!LabelsExport.IsLabelsFile(path) && !path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) && source.Targets.Count(target => target.Frames.Count > 0) > 1)
        {
            throw new PredictionException("OutputForSeveral", $"An analysis file holds one video, but '{source.Name}' has {source.Targets.Count}. Choose one with -VideoIndex, or write .slp or .csv.", path);
        }

        var (tracks, classes) = (new StreamTracking(tracking), new StreamTracking(null));
        foreach (var track in predictor.Tracks)
        {
            classes.Number(track);
        }

        var trackedPath = tracking is null ? null : $"{JournalPath(path)}.tracked";
        var isFinished = false;
        try
        {
            using var journal = OpenJournal(path, resume);
            using var tracked = trackedPath is null ? null : PredictionJournal.Create(trackedPath, []);
            var spool = tracked ?? journal;
            var resumed = (Frames: journal.FrameCount, Instances: journal.InstanceCount);
            try
            {
                Replay(journal, tracked, tracks, cancellation);
                foreach (var (target, frame) in Frames(resumed.Frames, resumed.Instances, progress, cancellation))
                {
                    journal.Add(target, frame.Frame, classes.Number);
                    if (tracked is not null)
                    {
                        tracks.Track(frame.Frame, frame.Image);
                        tracked.Add(target, frame.Frame, tracks.Number);
                    }
                }
            }
            finally
            {
                journal.Flush();
                isFinished = journal.FrameCount == 0;
            }

            var result = Save(path, spool, tracks, keepFrames) with { ResumedCount = resumed.Frames };
            isFinished = true;
            return result;
        }
        finally
        {
            if (trackedPath is not null)
            {
                FileRemoval.Try(trackedPath);
            }

            if (isFinished)
            {
                FileRemoval.Try(JournalPath(path));
            }
        }
    }

    /// <summary>The journal of a file that is being predicted into.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The journal's path.</returns>
    public static string JournalPath(string path) => $"{Path.GetFullPath(path)}.journal";

    private PredictionJournal OpenJournal(string path, bool resume)
    {
        var identity = (JsonObject)JsonNode.Parse(PredictionProvenance.Identity(predictor, modelPaths, source, options, tracking).ToJsonString())!;
        var journalPath = JournalPath(path);
        if (!resume || !File.Exists(journalPath))
        {
            return PredictionJournal.Create(journalPath, identity);
        }

        var journal = PredictionJournal.Open(journalPath);
        var differences = PredictionProvenance.Differences(journal.Header, identity).ToArray();
        if (differences.Length == 0)
        {
            return journal;
        }

        journal.Dispose();
        throw new PredictionException(
            "ResumeMismatch",
            $"The unfinished run in '{journalPath}' had {string.Join(", ", differences)}. Give the same again to continue it, or start anew with -Force instead of -Resume.",
            journalPath);
    }

    // What an earlier run had found is tracked anew: a tracker is not kept in the journal.
    private void Replay(PredictionJournal journal, PredictionJournal? tracked, StreamTracking tracks, CancellationToken cancellation)
    {
        if (tracked is null || journal.FrameCount == 0)
        {
            return;
        }

        IFrameSource? images = null;
        var open = -1;
        try
        {
            foreach (var (target, frame) in Read(journal, number => predictor.Tracks[number]))
            {
                cancellation.ThrowIfCancellationRequested();
                if (tracks.NeedsImage(frame) && open != target)
                {
                    images?.Dispose();
                    (images, open) = (FrameSource.Open(source.Targets[target].Video), target);
                }

                tracks.Track(frame, tracks.NeedsImage(frame) ? images!.Read(frame.FrameIndex) : null);
                tracked.Add(target, frame, tracks.Number);
            }
        }
        finally
        {
            images?.Dispose();
        }
    }

    private IEnumerable<(int Target, PredictedFrame Frame)> Frames(
        long skip, long instances, IProgress<PredictionProgress>? progress, CancellationToken cancellation)
    {
        var (first, done, total) = (skip, skip, source.FrameCount);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < source.Targets.Count; i++)
        {
            var target = source.Targets[i];
            if (skip >= target.Frames.Count)
            {
                skip -= target.Frames.Count;
                continue;
            }

            IReadOnlyList<int> wanted = skip == 0 ? target.Frames : [.. target.Frames.Skip((int)skip)];
            skip = 0;
            using var frames = FrameSource.Open(target.Video);
            var centroids = predictor.Pipeline.NeedsCentroids ? GivenCentroids.Of(source.Labels!, target.Video, predictor.Pipeline.AnchorPart) : null;
            var (doneBefore, instancesBefore) = (done, instances);
            var relay = progress is null ? null : new Relay(state => progress.Report(new PredictionProgress(
                (int)(doneBefore + state.FramesDone),
                total,
                (doneBefore + state.FramesDone - first) / clock.Elapsed.TotalSeconds,
                (int)(instancesBefore + state.InstanceCount))));
            foreach (var frame in predictor.Predict(target.Video, frames, wanted, relay, cancellation, centroids))
            {
                done++;
                instances += frame.Frame.Instances.Count;
                yield return (i, frame);
            }
        }
    }

    private PredictionResult Save(string path, PredictionJournal spool, StreamTracking tracks, bool keepFrames)
    {
        Func<int, Track> trackOf = tracking is null ? number => predictor.Tracks[number] : number => tracks.Tracks[number];
        IEnumerable<LabeledFrame> Frames() => Read(spool, trackOf).Select(entry => entry.Frame);
        if (tracking is null && predictor.Tracks.Count > 0)
        {
            foreach (var frame in Frames())
            {
                tracks.Track(frame, null);
            }
        }

        var labels = Labels(tracks);
        string? warning = null;
        if (LabelsExport.IsLabelsFile(path))
        {
            LabelsFile.SaveStreamed(labels, path, new FrameStream(spool.FrameCount, spool.InstanceCount, spool.PointCount, Frames));
            labels.Frames.AddRange(keepFrames ? Frames() : []);
            labels.FileName = path;
        }
        else
        {
            labels.Frames.AddRange(Frames());
            warning = LabelsExport.Save(labels, path);
        }

        return new PredictionResult(labels, spool.FrameCount, spool.InstanceCount, tracks.UntrackedCount, Warning: warning);
    }

    private SleapLabels Labels(StreamTracking tracks)
    {
        var labels = new SleapLabels();
        labels.Skeletons.Add(predictor.Pipeline.Skeleton);
        labels.Videos.AddRange(source.Targets.Select(target => target.Video));
        labels.Tracks.AddRange(tracking is null ? predictor.Tracks.Where(tracks.Tracks.Contains) : tracks.Tracks);
        labels.Provenance = PredictionProvenance.Of(predictor, modelPaths, source, options, tracking, start);
        return labels;
    }

    private IEnumerable<(int Target, LabeledFrame Frame)> Read(PredictionJournal journal, Func<int, Track> trackOf) =>
        journal.Read(target => source.Targets[target].Video, predictor.Pipeline.Skeleton, trackOf);

    private sealed class Relay(Action<PredictionProgress> report) : IProgress<PredictionProgress>
    {
        public void Report(PredictionProgress value) => report(value);
    }
}
