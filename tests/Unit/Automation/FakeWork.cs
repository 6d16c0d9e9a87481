using SleapNn.Automation;

namespace SleapNn.Tests.Automation;

/// <summary>Work that needs no models: it writes a file with the video's text, and counts.</summary>
internal sealed class FakeWork : IVideoWork
{
    public List<string> Predicted { get; } = [];

    public List<string> Drawn { get; } = [];

    public int Resets { get; private set; }

    public Action<string> BeforeWriting { get; set; } = _ => { };

    public Action<string> AfterWriting { get; set; } = _ => { };

    public Action<string> OnDraw { get; set; } = _ => { };

    public VideoOutcome Predict(string video, string output, IProgress<PredictionProgress>? progress, CancellationToken cancellation)
    {
        Predicted.Add(Path.GetFileName(video));
        BeforeWriting(video);
        cancellation.ThrowIfCancellationRequested();
        progress?.Report(new PredictionProgress(5, 5, 100, 7));
        AtomicFile.WriteText(output, $"labels of {File.ReadAllText(video)}");
        File.Delete(ProgressPath(output));
        AfterWriting(video);
        return new VideoOutcome(5, 7);
    }

    public void Draw(string labels, string overlay, CancellationToken cancellation)
    {
        OnDraw(labels);
        Drawn.Add(Path.GetFileName(labels));
        AtomicFile.WriteText(overlay, "drawn");
    }

    public VideoOutcome Count(string labels) => new(5, 7);

    public string ProgressPath(string output) => output + ".journal";

    public void Reset() => Resets++;
}
