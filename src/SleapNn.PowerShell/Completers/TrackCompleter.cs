namespace SleapNn.PowerShell;

/// <summary>Completes the names of tracks.</summary>
public sealed class TrackCompleter() : LabelsNameCompleter(Names)
{
    /// <summary>The tracks of labels.</summary>
    /// <param name="labels">The labels.</param>
    /// <returns>Each name, and where it is from.</returns>
    internal static IEnumerable<(string Text, string Meaning)> Names(SleapLabels labels) =>
        labels.Tracks.Select(track => (track.Name, $"a track of {Path.GetFileName(labels.FileName) ?? "the labels"}"));
}
