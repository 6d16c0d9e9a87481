using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace SleapNn.Preprocessing;

/// <summary>
/// Resizes 8-bit images on the CPU: torch's antialiased bilinear interpolation in 32-bit floats, rounded half to even, but eight
/// rows at a time. torch goes pixel by pixel, which takes it as long as a small model takes for the frame.
/// </summary>
internal static class ByteResize
{
    // Rows that are worked on together, one in each lane of a vector.
    private const int Lanes = 8;

    // Below this a thread costs more than it saves.
    private const long PixelsForThreads = 1 << 18;

    // Added to a number from 0 to 255, it leaves that number, rounded half to even, in the lowest bits of the sum.
    private const float Rounder = 12582912f;

    /// <summary>Resizes every channel of every image.</summary>
    /// <param name="image">8-bit, (batch, channels, height, width), on the CPU.</param>
    /// <param name="heightPx">The new height; at least 1.</param>
    /// <param name="widthPx">The new width; at least 1.</param>
    /// <returns>8-bit, (batch, channels, heightPx, widthPx).</returns>
    public static Tensor Resize(Tensor image, int heightPx, int widthPx)
    {
        using var source = image.contiguous();
        var result = empty([image.shape[0], image.shape[1], heightPx, widthPx], ScalarType.Byte);
        var rows = new Taps((int)image.shape[2], heightPx);
        var columns = new Taps((int)image.shape[3], widthPx);
        var planes = (int)(image.shape[0] * image.shape[1]);
        var threads = image.numel() < PixelsForThreads ? 1 : Math.Min(planes, get_num_threads());
        if (threads <= 1)
        {
            for (var i = 0; i < planes; i++)
            {
                ResizePlane(i);
            }
        }
        else
        {
            Parallel.For(0, planes, new ParallelOptions { MaxDegreeOfParallelism = threads }, ResizePlane);
        }

        return result;

        void ResizePlane(int i) => Resize(
            source.bytes.Slice(i * rows.From * columns.From, rows.From * columns.From),
            result.bytes.Slice(i * rows.To * columns.To, rows.To * columns.To),
            rows,
            columns);
    }

    private static void Resize(ReadOnlySpan<byte> source, Span<byte> target, Taps rows, Taps columns)
    {
        // Eight rows of the source, pixel by pixel; and rows of the new width, as far back as a row of the target reaches.
        var interleaved = new Vector256<float>[RoundUp(columns.From)];
        var pitch = RoundUp(columns.To);
        var kept = RoundUp(rows.Count) + Lanes;
        var narrowed = new float[kept * pitch];
        var places = new int[rows.Count];
        var ready = 0;
        for (var y = 0; y < rows.To; y++)
        {
            var first = rows.Starts[y];
            while (ready < first + rows.Count)
            {
                var count = Math.Min(Lanes, rows.From - ready);
                Interleave(source.Slice(ready * columns.From, count * columns.From), columns.From, interleaved);
                Narrow(interleaved, columns, narrowed.AsSpan(ready % kept * pitch), pitch);
                ready += Lanes;
            }

            for (var tap = 0; tap < places.Length; tap++)
            {
                places[tap] = (first + tap) % kept * pitch;
            }

            SumUp(narrowed, places, rows.Weights.AsSpan(y * rows.Count, rows.Count), target.Slice(y * columns.To, columns.To));
        }
    }

    // Where there are fewer than eight rows or columns left, the rest of the block is of no account: nothing reads it.
    private static void Interleave(ReadOnlySpan<byte> source, int width, Span<Vector256<float>> target)
    {
        var rows = source.Length / width;
        Span<Vector256<float>> block = stackalloc Vector256<float>[Lanes];
        Span<byte> rest = stackalloc byte[Lanes];
        for (var x = 0; x < target.Length; x += Lanes)
        {
            for (var row = 0; row < rows; row++)
            {
                var pixels = source.Slice((row * width) + x, Math.Min(Lanes, width - x));
                if (pixels.Length == Lanes)
                {
                    block[row] = Floats(pixels);
                    continue;
                }

                pixels.CopyTo(rest);
                block[row] = Floats(rest);
            }

            Transpose(block, target.Slice(x, Lanes));
        }
    }

    private static Vector256<float> Floats(ReadOnlySpan<byte> pixels)
    {
        var shorts = Vector128.WidenLower(Vector128.CreateScalarUnsafe(MemoryMarshal.Read<ulong>(pixels)).AsByte());
        return Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(shorts), Vector128.WidenUpper(shorts)).AsInt32());
    }

    private static void Narrow(ReadOnlySpan<Vector256<float>> source, Taps columns, Span<float> target, int pitch)
    {
        Span<Vector256<float>> block = stackalloc Vector256<float>[Lanes];
        Span<Vector256<float>> turned = stackalloc Vector256<float>[Lanes];
        for (var x = 0; x < columns.To; x += Lanes)
        {
            for (var i = 0; i < Lanes; i++)
            {
                // Beyond the last column its sum is repeated, into room that nothing reads.
                var column = Math.Min(x + i, columns.To - 1);
                var pixels = source.Slice(columns.Starts[column], columns.Count);
                var weights = columns.Weights.AsSpan(column * columns.Count, columns.Count);
                var sum = pixels[0] * weights[0];
                for (var tap = 1; tap < weights.Length; tap++)
                {
                    sum = AddScaled(sum, pixels[tap], weights[tap]);
                }

                block[i] = sum;
            }

            Transpose(block, turned);
            for (var row = 0; row < Lanes; row++)
            {
                turned[row].CopyTo(target[((row * pitch) + x)..]);
            }
        }
    }

    private static void SumUp(ReadOnlySpan<float> rows, ReadOnlySpan<int> places, ReadOnlySpan<float> weights, Span<byte> target)
    {
        Span<byte> rest = stackalloc byte[Lanes];
        for (var x = 0; x < target.Length; x += Lanes)
        {
            var sum = Vector256.Create(rows.Slice(places[0] + x, Lanes)) * weights[0];
            for (var tap = 1; tap < weights.Length; tap++)
            {
                sum = AddScaled(sum, Vector256.Create(rows.Slice(places[tap] + x, Lanes)), weights[tap]);
            }

            var rounded = (sum + Vector256.Create(Rounder)).AsInt32() & Vector256.Create(0xFF);
            var shorts = Vector128.Narrow(rounded.GetLower(), rounded.GetUpper());
            var packed = Vector128.Narrow(shorts, shorts).AsUInt64().ToScalar();
            if (x + Lanes <= target.Length)
            {
                MemoryMarshal.Write(target[x..], in packed);
            }
            else
            {
                MemoryMarshal.Write(rest, in packed);
                rest[..(target.Length - x)].CopyTo(target[x..]);
            }
        }
    }

    // torch is compiled to multiply and add in one step where the processor can; rounding differs in the last bit otherwise.
    private static Vector256<float> AddScaled(Vector256<float> sum, Vector256<float> values, float weight) =>
        Fma.IsSupported ? Fma.MultiplyAdd(values, Vector256.Create(weight), sum) : sum + (values * weight);

    private static void Transpose(ReadOnlySpan<Vector256<float>> source, Span<Vector256<float>> target)
    {
        if (!Avx.IsSupported)
        {
            var (from, to) = (MemoryMarshal.Cast<Vector256<float>, float>(source).ToArray(), MemoryMarshal.Cast<Vector256<float>, float>(target).ToArray());
            for (var i = 0; i < Lanes * Lanes; i++)
            {
                to[(i % Lanes * Lanes) + (i / Lanes)] = from[i];
            }

            MemoryMarshal.Cast<float, Vector256<float>>(to).CopyTo(target);
            return;
        }

        // Pairs of rows, then fours, then the halves of vectors.
        var (a0, a1) = (Avx.UnpackLow(source[0], source[1]), Avx.UnpackHigh(source[0], source[1]));
        var (a2, a3) = (Avx.UnpackLow(source[2], source[3]), Avx.UnpackHigh(source[2], source[3]));
        var (a4, a5) = (Avx.UnpackLow(source[4], source[5]), Avx.UnpackHigh(source[4], source[5]));
        var (a6, a7) = (Avx.UnpackLow(source[6], source[7]), Avx.UnpackHigh(source[6], source[7]));
        var (b0, b1) = (Avx.Shuffle(a0, a2, 0x44), Avx.Shuffle(a0, a2, 0xEE));
        var (b2, b3) = (Avx.Shuffle(a1, a3, 0x44), Avx.Shuffle(a1, a3, 0xEE));
        var (b4, b5) = (Avx.Shuffle(a4, a6, 0x44), Avx.Shuffle(a4, a6, 0xEE));
        var (b6, b7) = (Avx.Shuffle(a5, a7, 0x44), Avx.Shuffle(a5, a7, 0xEE));
        (target[0], target[4]) = (Avx.Permute2x128(b0, b4, 0x20), Avx.Permute2x128(b0, b4, 0x31));
        (target[1], target[5]) = (Avx.Permute2x128(b1, b5, 0x20), Avx.Permute2x128(b1, b5, 0x31));
        (target[2], target[6]) = (Avx.Permute2x128(b2, b6, 0x20), Avx.Permute2x128(b2, b6, 0x31));
        (target[3], target[7]) = (Avx.Permute2x128(b3, b7, 0x20), Avx.Permute2x128(b3, b7, 0x31));
    }

    private static int RoundUp(int count) => (count + Lanes - 1) / Lanes * Lanes;

    /// <summary>Which pixels of a row or column make one of the resized, and how much of each.</summary>
    private sealed class Taps
    {
        public Taps(int from, int to)
        {
            (From, To) = (from, to);

            // As in torch (aten/src/ATen/native/cpu/UpSampleKernel.cpp): a triangle as wide as the pixels of the coarser grid.
            var scale = (float)from / to;
            var support = Math.Max(scale, 1);
            var sizes = new int[to];
            Starts = new int[to];
            for (var i = 0; i < to; i++)
            {
                var center = scale * (i + 0.5f);
                Starts[i] = Math.Max((int)(center - support + 0.5f), 0);
                sizes[i] = Math.Min((int)(center + support + 0.5f), from) - Starts[i];
                Count = Math.Max(Count, sizes[i]);
            }

            Weights = new float[to * Count];
            for (var i = 0; i < to; i++)
            {
                var center = scale * (i + 0.5f);
                var own = new float[sizes[i]];
                var total = 0f;
                for (var tap = 0; tap < own.Length; tap++)
                {
                    own[tap] = Math.Max(0, 1 - Math.Abs((tap + Starts[i] - center + 0.5f) * (1 / support)));
                    total += own[tap];
                }

                // All have the same count: what is short of it begins earlier, or ends later, with nothing.
                var shift = Math.Max(0, Starts[i] + Count - from);
                Starts[i] -= shift;
                for (var tap = 0; tap < own.Length; tap++)
                {
                    Weights[(i * Count) + shift + tap] = own[tap] / total;
                }
            }
        }

        public int From { get; }

        public int To { get; }

        public int Count { get; }

        public int[] Starts { get; }

        public float[] Weights { get; }
    }
}
