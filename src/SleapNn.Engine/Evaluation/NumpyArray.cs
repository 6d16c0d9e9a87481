namespace SleapNn.Evaluation;

/// <summary>An array of a metrics file: numbers in C order, or one object.</summary>
internal sealed class NumpyArray
{
    /// <summary>An array that is filled later, as pickles do it.</summary>
    public NumpyArray()
    {
    }

    /// <summary>An array of numbers.</summary>
    public NumpyArray(int[] shape, double[] values) => (Shape, Values) = (shape, values);

    /// <summary>The length of each dimension.</summary>
    public int[] Shape { get; set; } = [0];

    /// <summary>The numbers.</summary>
    public double[] Values { get; set; } = [];

    /// <summary>Whether the elements are true and false.</summary>
    public bool IsBoolean { get; set; }

    /// <summary>The object in an array without dimensions, or null.</summary>
    public object? Item { get; set; }
}
