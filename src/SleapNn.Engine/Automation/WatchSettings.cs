using System.Security.Cryptography;
using System.Text;

namespace SleapNn.Automation;

/// <summary>What a watcher watches, and when it takes a video for complete.</summary>
public sealed record WatchSettings
{
    /// <summary>The watched folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The folder for the results, in which the watched folder's subfolders are mirrored; null writes beside the videos.</summary>
    public string? OutputFolder { get; init; }

    /// <summary>The names of videos.</summary>
    public IReadOnlyList<string> Patterns { get; init; } = FolderScan.DefaultPatterns;

    /// <summary>Names that are left out.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];

    /// <summary>Whether to look below subfolders.</summary>
    public bool Recurse { get; init; }

    /// <summary>Whether to draw a video with the poses as well.</summary>
    public bool Overlay { get; init; }

    /// <summary>How long a video must have stayed as it is.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often to look at the folder.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a video is tried again after a failure.</summary>
    public int RetryCount { get; init; } = 2;

    /// <summary>How long to wait before that.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether to handle videos that were handled before, once more.</summary>
    public bool Force { get; init; }

    /// <summary>The folder of the results.</summary>
    public string Root => Path.GetFullPath(OutputFolder ?? Folder);

    /// <summary>The watcher's journal. Results of several folders may go to one: each has its journal there.</summary>
    public string JournalPath
    {
        get
        {
            var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Folder));
            var isBeside = folder == Path.TrimEndingDirectorySeparator(Root);
            var mark = isBeside ? "" : $"-{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(folder))[..4]).ToLowerInvariant()}";
            return Path.Combine(Root, $".sleapnn-watch{mark}.jsonl");
        }
    }
}
