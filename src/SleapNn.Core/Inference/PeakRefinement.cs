namespace SleapNn;

/// <summary>How a peak of a confidence map is placed between the map's grid points.</summary>
public enum PeakRefinement
{
    /// <summary>On the grid point of the maximum.</summary>
    None,

    /// <summary>At the mean position of a small patch around the maximum, weighted by the map's values.</summary>
    Integral,
}
