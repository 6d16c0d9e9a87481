using System.Collections;
using System.Management.Automation;
using SleapNn.Media;

namespace SleapNn.PowerShell;

/// <summary>Reads frames that come down the pipeline as objects.</summary>
internal static class PipelineFrame
{
    /// <summary>Reads an object with the properties Pixels (bytes, rows from top to bottom, RGB or grey), HeightPx, WidthPx and, optionally, Channels and Index.</summary>
    /// <param name="input">The object.</param>
    /// <param name="index">The frame's index where the object has none.</param>
    /// <exception cref="PredictionException">The object is no frame (InputUnknown), or its pixels do not fit its size (FrameShape).</exception>
    public static ImageFrame Read(PSObject input, int index)
    {
        if (Bytes(input.Properties["Pixels"]?.Value) is not { } pixels || Number(input, "HeightPx") is not { } height || Number(input, "WidthPx") is not { } width)
        {
            throw new PredictionException(
                "InputUnknown",
                $"A {input.BaseObject.GetType().Name} cannot be predicted on. Give paths, files, labels, videos, or frames: objects with Pixels (bytes), HeightPx, WidthPx and perhaps Channels and Index.",
                input.BaseObject);
        }

        var channels = Number(input, "Channels") ?? (height * width == 0 ? 0 : pixels.Length / (height * width));
        return height > 0 && width > 0 && channels is 1 or 3 && pixels.Length == (long)height * width * channels
            ? new ImageFrame(Number(input, "Index") ?? index, pixels, height, width, channels)
            : throw new PredictionException(
                "FrameShape", $"A frame of {height} x {width} pixels and {channels} channels cannot have {pixels.Length} bytes; there are 1 or 3 channels.", input.BaseObject);
    }

    private static byte[]? Bytes(object? value) => value switch
    {
        PSObject wrapped => Bytes(wrapped.BaseObject),
        byte[] bytes => bytes,
        IEnumerable items when LanguagePrimitives.TryConvertTo<byte[]>(items, out var converted) => converted,
        _ => null,
    };

    private static int? Number(PSObject input, string name) =>
        input.Properties[name]?.Value is { } value && LanguagePrimitives.TryConvertTo<int>(value, out var number) ? number : null;
}
