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
    public static SleapLabels Load(string path, VideoPathOptions? videoPaths = null)
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
            return new LabelsReader(source, videoPaths).Read();
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
