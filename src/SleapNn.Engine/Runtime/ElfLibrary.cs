using System.Buffers.Binary;
using System.Text;

namespace SleapNn.Runtime;

/// <summary>
/// The parts of a 64-bit little-endian ELF shared library that decide whether the dynamic loader takes it: the
/// libraries it needs, and the symbol versions it asks of them. It proposes edits; it never changes the file it reads.
/// Layout: System V ABI, "Dynamic Linking", and the Linux Standard Base, "Symbol Versioning".
/// </summary>
internal sealed class ElfLibrary
{
    private const int ProgramHeaderLoad = 1, ProgramHeaderDynamic = 2, ProgramHeaderStack = 0x6474e551;
    private const uint SegmentExecutable = 1;
    private const long TagNeeded = 1, TagStringTable = 5, TagStringTableSize = 10, TagVersionNeeds = 0x6ffffffe, TagVersionNeedsCount = 0x6fffffff;
    private const ushort FlagWeak = 2;
    private const int MaxEntries = 65536;

    private readonly FileStream file;
    private readonly string path;
    private readonly List<(ulong Address, ulong Size, ulong Offset)> segments = [];
    private byte[] strings = [];
    private ulong versionNeedsAddress;
    private ulong versionNeedsCount;
    private (long FlagsOffset, uint Flags)? stack;

    private ElfLibrary(FileStream file, string path)
    {
        this.file = file;
        this.path = path;
    }

    /// <summary>The libraries it needs, each with the file offset of the entry's value (an offset into the string table).</summary>
    public List<(string Name, long ValueOffset, ulong Value)> Needed { get; } = [];

    /// <summary>The symbol versions it asks for: of which library, which version, whether it can do without, and where the flags stand in the file.</summary>
    public List<(string Library, string Version, bool Weak, long FlagsOffset)> VersionNeeds { get; } = [];

    /// <summary>Reads the dynamic section of a library.</summary>
    /// <param name="path">The library.</param>
    /// <returns>Its dynamic section, or null where the file is no 64-bit little-endian ELF file with one.</returns>
    /// <exception cref="RuntimeException">The file claims to be such a library, but its tables point outside it (NativeLibraryDamaged).</exception>
    public static ElfLibrary? Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        var library = new ElfLibrary(file, path);
        return library.Parse() ? library : null;
    }

    /// <summary>The edit that makes the loader use one needed library in place of another.</summary>
    /// <param name="name">The needed library to replace.</param>
    /// <param name="substitute">A library that the file needs as well.</param>
    /// <returns>The edit, or null where the file does not need both.</returns>
    public ElfEdit? Redirect(string name, string substitute)
    {
        var from = Needed.FirstOrDefault(n => n.Name == name);
        var to = Needed.FirstOrDefault(n => n.Name == substitute);
        if (from.Name is null || to.Name is null || VersionNeeds.Any(v => v.Library == name))
        {
            return null;
        }

        var value = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(value, to.Value);
        return new ElfEdit(from.ValueOffset, value);
    }

    /// <summary>The edit that lets the loader go on where a symbol version is missing.</summary>
    /// <param name="version">The version, such as <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>The edit, or null where the file does not insist on the version.</returns>
    public ElfEdit? MakeVersionWeak(string version)
    {
        var need = VersionNeeds.FirstOrDefault(v => v.Version == version && !v.Weak);
        if (need.Version is null)
        {
            return null;
        }

        return new ElfEdit(need.FlagsOffset, [(byte)FlagWeak, 0]);
    }

    /// <summary>The edit that no longer asks for a stack that code can run on, which glibc 2.41 and newer refuse to a library.</summary>
    /// <returns>The edit, or null where the file does not ask for it.</returns>
    public ElfEdit? ClearExecutableStack()
    {
        if (stack is not { } segment || (segment.Flags & SegmentExecutable) == 0)
        {
            return null;
        }

        var flags = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(flags, segment.Flags & ~SegmentExecutable);
        return new ElfEdit(segment.FlagsOffset, flags);
    }

    private bool Parse()
    {
        if (file.Length < 64)
        {
            return false;
        }

        var header = ReadAt(0, 64);
        var isElf64LittleEndian = header.AsSpan(0, 6).SequenceEqual<byte>([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]);
        if (!isElf64LittleEndian)
        {
            return false;
        }

        var tableOffset = U64(header, 32);
        int entrySize = U16(header, 54), entryCount = U16(header, 56);
        if (entrySize < 56)
        {
            throw Damaged("its program headers are too short");
        }

        var table = ReadAt(tableOffset, entrySize * entryCount);
        (ulong Offset, ulong Size)? dynamic = null;
        for (var i = 0; i < entryCount; i++)
        {
            var entry = table.AsSpan(i * entrySize, entrySize);
            var (offset, address, size) = (U64(entry, 8), U64(entry, 16), U64(entry, 32));
            switch (BinaryPrimitives.ReadUInt32LittleEndian(entry))
            {
                case ProgramHeaderLoad:
                    // A segment past the end of the file would be mapped, and kill the process when it is touched.
                    if (offset > (ulong)file.Length || size > (ulong)file.Length - offset)
                    {
                        throw Damaged("it is shorter than it says");
                    }

                    segments.Add((address, size, offset));
                    break;
                case ProgramHeaderDynamic:
                    dynamic = (offset, size);
                    break;
                case ProgramHeaderStack:
                    stack = ((long)tableOffset + ((long)i * entrySize) + 4, U32(entry, 4));
                    break;
            }
        }

        if (dynamic is not { } section)
        {
            return false;
        }

        ReadDynamicSection(section.Offset, section.Size);
        ReadVersionNeeds();
        return true;
    }

    private void ReadDynamicSection(ulong offset, ulong size)
    {
        if (size > MaxEntries * 16)
        {
            throw Damaged("its dynamic section is too large");
        }

        var entries = ReadAt(offset, (int)size);
        var needed = new List<(long ValueOffset, ulong Value)>();
        ulong stringsAddress = 0, stringsSize = 0;
        for (var at = 0; at + 16 <= entries.Length; at += 16)
        {
            var value = U64(entries, at + 8);
            switch ((long)U64(entries, at))
            {
                case 0:
                    at = entries.Length;
                    break;
                case TagNeeded:
                    needed.Add(((long)offset + at + 8, value));
                    break;
                case TagStringTable:
                    stringsAddress = value;
                    break;
                case TagStringTableSize:
                    stringsSize = value;
                    break;
                case TagVersionNeeds:
                    versionNeedsAddress = value;
                    break;
                case TagVersionNeedsCount:
                    versionNeedsCount = value;
                    break;
            }
        }

        if (stringsSize > int.MaxValue / 2)
        {
            throw Damaged("its string table is too large");
        }

        strings = ReadAt(OffsetOf(stringsAddress), (int)stringsSize);
        foreach (var (valueOffset, value) in needed)
        {
            Needed.Add((StringAt(value), valueOffset, value));
        }
    }

    private void ReadVersionNeeds()
    {
        if (versionNeedsAddress == 0)
        {
            return;
        }

        var at = OffsetOf(versionNeedsAddress);
        for (ulong i = 0; i < versionNeedsCount; i++)
        {
            var need = ReadAt(at, 16);
            var library = StringAt(U32(need, 4));
            var auxiliaryAt = at + U32(need, 8);
            for (var k = 0; k < U16(need, 2); k++)
            {
                var auxiliary = ReadAt(auxiliaryAt, 16);
                VersionNeeds.Add((library, StringAt(U32(auxiliary, 8)), (U16(auxiliary, 4) & FlagWeak) != 0, (long)auxiliaryAt + 4));
                if (VersionNeeds.Count > MaxEntries)
                {
                    throw Damaged("its version table does not end");
                }

                var next = U32(auxiliary, 12);
                if (next == 0)
                {
                    break;
                }

                auxiliaryAt += next;
            }

            if (U32(need, 12) == 0 || i > MaxEntries)
            {
                return;
            }

            at += U32(need, 12);
        }
    }

    private ulong OffsetOf(ulong address)
    {
        foreach (var segment in segments)
        {
            if (address >= segment.Address && address - segment.Address < segment.Size)
            {
                return segment.Offset + (address - segment.Address);
            }
        }

        throw Damaged($"the address 0x{address:x} lies in no segment");
    }

    private string StringAt(ulong index)
    {
        if (index >= (ulong)strings.Length)
        {
            throw Damaged("a name lies outside its string table");
        }

        var rest = strings.AsSpan((int)index);
        var end = rest.IndexOf((byte)0);
        return end < 0 ? throw Damaged("a name in its string table does not end") : Encoding.UTF8.GetString(rest[..end]);
    }

    private byte[] ReadAt(ulong offset, int count)
    {
        if (offset > (ulong)file.Length || (ulong)count > (ulong)file.Length - offset)
        {
            throw Damaged("a table lies outside the file");
        }

        var bytes = new byte[count];
        file.Position = (long)offset;
        file.ReadExactly(bytes);
        return bytes;
    }

    private RuntimeException Damaged(string what) => new(
        "NativeLibraryDamaged",
        $"The native library '{path}' is damaged: {what}. Run 'Install-SleapRuntime' with -Force, or build SleapNn again.",
        path);

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
