namespace SleapNn.Preprocessing;

/// <summary>How the crops lie that a model of crops was trained with, and so how points found in a crop are set back into the frame.</summary>
public enum CropForm
{
    /// <summary>
    /// As sleap-nn: in training a fractional box that is stretched by a pixel, twice, at inference whole pixels whose corner is
    /// given as if it were not rounded. Labels and dots are up to a pixel and a half apart, and points half a pixel off on average.
    /// </summary>
    SleapNn,

    /// <summary>Whole pixels and their own corner, in training as at inference: a label stays on its pixel.</summary>
    Exact,
}
