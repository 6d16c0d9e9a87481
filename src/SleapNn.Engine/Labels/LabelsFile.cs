namespace SleapNn.LabelFiles;

/// <summary>Reads and writes SLEAP labels files (<c>.slp</c>, and <c>.pkg.slp</c> with embedded frames).</summary>
public static class LabelsFile
{
    /// <summary>Reads a labels file. Videos are not opened; one that is missing only matters when a frame of it is needed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="videoPaths">Where to look for videos that have moved, beyond the usual places.</param>
    /// <returns>The labels.</returns>
    /// <exception cref="LabelsException">
    /// There is no such file (LabelsFileNotFound), it cannot be opened (LabelsAccess), or it is no whole and sound labels file
    /// (LabelsUnreadable).
    /// </exception>
    public static SleapLabels Load(string path, VideoPathOptions? videoPaths = null) =>
        Load(path, source => new LabelsReader(source, videoPaths).Read());

    /// <summary>Reads the skeletons, videos and tracks of a labels file only, whatever the number of its frames.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Labels without frames.</returns>
    internal static SleapLabels LoadHeader(string path) => Load(path, source => new LabelsReader(source, null).ReadHeader());

    /// <summary>Writes a labels file; the labels in memory stay as they are.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="path">The file; one that is there is replaced once the new one is whole.</param>
    /// <param name="options">What to embed, and how.</param>
    /// <exception cref="LabelsException">
    /// The labels do not fit together (LabelsInconsistent), carry something that cannot be written without loss
    /// (LabelsUnsupportedContent, LabelsPositionalContent, LabelsSourceGone, LabelsEmbeddedFrames, LabelsMetadataTooLarge),
    /// or the file cannot be written (LabelsAccess).
    /// </exception>
    /// <exception cref="MediaException">A frame that is to be embedded cannot be read.</exception>
    public static void Save(SleapLabels labels, string path, LabelsWriteOptions? options = null) =>
        Write(labels, path, options ?? new LabelsWriteOptions(), null);

    /// <summary>Writes a labels file whose frames are not in memory.</summary>
    /// <param name="labels">All but the frames.</param>
    /// <param name="path">The file.</param>
    /// <param name="frames">The frames.</param>
    internal static void SaveStreamed(SleapLabels labels, string path, FrameStream frames) => Write(labels, path, new LabelsWriteOptions(), frames);

    private static void Write(SleapLabels labels, string path, LabelsWriteOptions options, FrameStream? frames)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            throw new LabelsException("LabelsAccess", $"'{full}' is a folder; give the name of a file to write.", path);
        }

        try
        {
            AtomicFile.Write(full, stream => new LabelsWriter(labels, options, frames).Write(stream));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LabelsException("LabelsAccess", $"'{full}' cannot be written: {error.Message}", path, error);
        }
    }

    private static SleapLabels Load(string path, Func<Hdf5Source, SleapLabels> read)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            throw new LabelsException("LabelsFileNotFound", $"'{full}' is a folder, not a labels file.", path);
        }

        if (!File.Exists(full))
        {
            throw new LabelsException("LabelsFileNotFound", $"There is no labels file '{full}'.", path);
        }

        try
        {
            using var source = Hdf5Source.Open(full);
            return read(source);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new LabelsException("LabelsAccess", $"'{full}' may not be read: {error.Message}", path, error);
        }
        catch (Exception error) when (error is not LabelsException)
        {
            // Whatever a damaged file makes the HDF5 library throw, to the user it is one thing.
            var reason = error is InvalidDataException or EndOfStreamException ? error.Message : "its HDF5 structure is damaged";
            throw new LabelsException(
                "LabelsUnreadable",
                $"'{full}' is not a labels file that can be read: {reason}. If it was copied or downloaded, get it again; otherwise save it again from SLEAP.",
                path,
                error);
        }
    }
}
