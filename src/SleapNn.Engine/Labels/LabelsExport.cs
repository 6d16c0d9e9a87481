namespace SleapNn.LabelFiles;

/// <summary>Writes labels in the format that a file's name asks for: SLEAP's analysis HDF5 (.h5, .hdf5), CSV (.csv) or labels (.slp).</summary>
public static class LabelsExport
{
    /// <summary>Whether a file of this name holds all of the labels; analysis files and CSV hold only the poses.</summary>
    /// <param name="path">The file.</param>
    /// <returns>True for labels files.</returns>
    public static bool IsLabelsFile(string path) => !IsAnalysis(path) && !IsCsv(path);

    /// <summary>Makes sure that a file's name asks for a format that can be written; to be called before long work for the file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="LabelsException">It does not (LabelsFormatUnknown).</exception>
    public static void Check(string path)
    {
        if (IsLabelsFile(path) && !Path.GetExtension(path).Equals(".slp", StringComparison.OrdinalIgnoreCase))
        {
            throw new LabelsException(
                "LabelsFormatUnknown",
                $"The name of '{path}' does not tell in which format to write. End it with .slp (labels), .h5 (SLEAP's analysis file) or .csv.",
                path);
        }
    }

    /// <summary>Writes labels.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="path">The file; one that is there is replaced once the new one is whole.</param>
    /// <param name="videoIndex">
    /// For analysis files and CSV, which of the labels' videos, from 0. By default all for CSV, and the only one with frames for
    /// analysis files.
    /// </param>
    /// <param name="options">For labels files, what to embed, and how.</param>
    /// <returns>What did not fit into the file, in words, or null.</returns>
    /// <exception cref="LabelsException">
    /// The name does not tell the format (LabelsFormatUnknown), several videos have frames but the format holds one (LabelsSeveralVideos), a labels file cannot hold a part
    /// (LabelsVideoIndex), or what <see cref="LabelsFile.Save"/>, <see cref="AnalysisFile.Save"/> and <see cref="CsvFile.Save"/> throw.
    /// </exception>
    public static string? Save(SleapLabels labels, string path, int? videoIndex = null, LabelsWriteOptions? options = null)
    {
        Check(path);
        if (IsCsv(path))
        {
            CsvFile.Save(labels, path, videoIndex);
            return null;
        }

        if (IsAnalysis(path))
        {
            var leftOut = AnalysisFile.Save(labels, videoIndex ?? OnlyVideo(labels), path);
            return leftOut == 0 ? null
                : $"{leftOut} animals are not in '{Path.GetFileName(path)}': an analysis file has room for one animal a track and frame, and they have no track of their own. "
                + "Give them tracks with Invoke-SleapTracking, or write .slp or .csv, which hold them all.";
        }

        if (videoIndex is not null)
        {
            throw new LabelsException("LabelsVideoIndex", "A labels file holds all videos of the labels; one of several can be chosen for .analysis.h5 and .csv only.", path);
        }

        LabelsFile.Save(labels, path, options);
        return null;
    }

    private static bool IsCsv(string path) => Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase);

    private static bool IsAnalysis(string path) =>
        Path.GetExtension(path).Equals(".h5", StringComparison.OrdinalIgnoreCase) || Path.GetExtension(path).Equals(".hdf5", StringComparison.OrdinalIgnoreCase);

    private static int OnlyVideo(SleapLabels labels)
    {
        var used = labels.Frames.Select(frame => labels.Videos.IndexOf(frame.Video)).Distinct().Order().ToList();
        return used.Count < 2
            ? used.FirstOrDefault()
            : throw new LabelsException(
                "LabelsSeveralVideos",
                $"An analysis file holds one video, but {used.Count} have frames (videos {string.Join(", ", used)}). Say which with -VideoIndex, and write one file each.",
                labels);
    }
}
