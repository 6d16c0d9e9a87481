namespace SleapNn.Runtime;

/// <summary>Bytes to put at a place of a library's private copy.</summary>
/// <param name="Offset">The offset from the start of the file.</param>
/// <param name="Bytes">The new bytes.</param>
internal sealed record ElfEdit(long Offset, byte[] Bytes);
