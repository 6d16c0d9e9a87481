using System.Text.RegularExpressions;

namespace SleapNn.Cluster;

/// <summary>What a cluster has to offer, for completion: where it cannot be asked there is nothing.</summary>
public static partial class ClusterOffers
{
    /// <summary>The names of its partitions.</summary>
    /// <returns>Names in alphabetical order.</returns>
    public static IReadOnlyList<string> Partitions() => [.. Ask("%R").Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Its kinds of GPU, one of each.</summary>
    /// <returns>Such as <c>a100:1</c>; <c>1</c> where they have no type.</returns>
    public static IReadOnlyList<string> Gpus() =>
        [.. Ask("%G").SelectMany(line => Gpu().Matches(line)).Select(match => match.Groups[1] is { Success: true } type ? $"{type.Value}:1" : "1").Distinct().Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Ask(string format)
    {
        try
        {
            return Slurm.Run("sinfo", ["--noheader", $"--format={format}"]) is { ExitCode: 0 } result
                ? result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                : [];
        }
        catch (ClusterException)
        {
            return [];
        }
    }

    // gpu:a100:4(S:0-1),gpu:2
    [GeneratedRegex(@"\bgpu:(?:([A-Za-z][\w.-]*):)?\d")]
    private static partial Regex Gpu();
}
