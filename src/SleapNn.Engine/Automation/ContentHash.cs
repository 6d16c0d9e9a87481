using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SleapNn.Automation;

/// <summary>A cheap hash that tells whether a file whose time has changed is still the same.</summary>
internal static class ContentHash
{
    private const int PartBytes = 1 << 16;

    /// <summary>Hashes a file's size, beginning, middle and end, however large it is.</summary>
    /// <param name="path">The file.</param>
    /// <returns>32 hexadecimal digits.</returns>
    public static string Of(string path)
    {
        using var stream = SharedFile.OpenRead(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[PartBytes];
        BinaryPrimitives.WriteInt64LittleEndian(buffer, stream.Length);
        hash.AppendData(buffer, 0, sizeof(long));
        foreach (var start in new[] { 0, (stream.Length - PartBytes) / 2, stream.Length - PartBytes })
        {
            stream.Position = Math.Max(0, start);
            hash.AppendData(buffer, 0, stream.ReadAtLeast(buffer, PartBytes, throwOnEndOfStream: false));
        }

        return Convert.ToHexString(hash.GetHashAndReset()[..16]);
    }
}
