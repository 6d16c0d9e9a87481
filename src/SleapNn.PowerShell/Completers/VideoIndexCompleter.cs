namespace SleapNn.PowerShell;

/// <summary>Completes the index of a video and tells which video it is.</summary>
public sealed class VideoIndexCompleter() : LabelsNameCompleter(labels =>
    labels.Videos.Select((video, index) => (index.ToString(System.Globalization.CultureInfo.InvariantCulture), video.ToString())));
