using System.Runtime.InteropServices;

namespace SleapNn.Runtime;

/// <summary>How the C library of Linux (glibc) keeps memory that torch has freed. Elsewhere, and with other C libraries, nothing is done.</summary>
internal static unsafe class NativeHeap
{
    private static readonly nint Library = OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libc.so.6", out var libc)
        && NativeLibrary.TryGetExport(libc, "gnu_get_libc_version", out _) ? libc : 0;

    /// <summary>
    /// Blocks of up to 32 MiB are kept and used again rather than handed back to the system after each layer, which
    /// makes the forward pass at batch 4 a quarter faster. With the padding, which takes addresses and no memory, that holds for
    /// other threads than the first, too: their heaps of 64 MiB would go back as soon as they are empty.
    /// </summary>
    public static void KeepLargeBlocks()
    {
        const int trimThreshold = -1, topPad = -2, memoryMapThreshold = -3;
        if (Library != 0 && NativeLibrary.TryGetExport(Library, "mallopt", out var address))
        {
            var mallopt = (delegate* unmanaged<int, int, int>)address;
            mallopt(memoryMapThreshold, 32 << 20);
            mallopt(trimThreshold, int.MaxValue);
            mallopt(topPad, 64 << 20);
        }
    }

    /// <summary>
    /// Hands what is free back to the system. The blocks that are kept never lie quite as in the epoch before, so the heap would
    /// grow by their gaps over a long run. It costs the time of touching the memory anew: for ends of epochs, not of steps.
    /// </summary>
    public static void GiveBack()
    {
        if (Library != 0 && NativeLibrary.TryGetExport(Library, "malloc_trim", out var address))
        {
            ((delegate* unmanaged<nuint, int>)address)(0);
        }
    }
}
