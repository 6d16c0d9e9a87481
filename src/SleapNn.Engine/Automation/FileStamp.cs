using System.Globalization;

namespace SleapNn.Automation;

/// <summary>What tells one state of a file from another without reading it.</summary>
/// <param name="SizeBytes">The file's size.</param>
/// <param name="ModifiedUtc">When it was last written to.</param>
public readonly record struct FileStamp(long SizeBytes, DateTime ModifiedUtc)
{
    /// <summary>The present state of a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its stamp, or null where there is no such file.</returns>
    public static FileStamp? Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileStamp(file.Length, file.LastWriteTimeUtc) : null;
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The text, or null.</param>
    /// <returns>The stamp; null where the text is none.</returns>
    public static FileStamp? Parse(string? text) =>
        text?.Split(' ') is [var size, var time]
        && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
        && DateTime.TryParseExact(time, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var modified)
            ? new FileStamp(bytes, modified)
            : null;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{SizeBytes} {ModifiedUtc:O}");
}
