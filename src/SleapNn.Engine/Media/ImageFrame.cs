namespace SleapNn.Media;

/// <summary>One decoded frame: 8-bit samples, rows from top to bottom, channels interleaved (RGB order).</summary>
/// <param name="Index">The frame's position in its source, from 0.</param>
/// <param name="Pixels">HeightPx x WidthPx x Channels bytes.</param>
/// <param name="HeightPx">The height in pixels.</param>
/// <param name="WidthPx">The width in pixels.</param>
/// <param name="Channels">1 for grey, 3 for RGB.</param>
public sealed record ImageFrame(int Index, byte[] Pixels, int HeightPx, int WidthPx, int Channels);
