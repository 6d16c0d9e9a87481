namespace SleapNn.Tracking;

/// <summary>Arithmetic of matrices of a few rows, each result a new one.</summary>
internal static class SmallMatrix
{
    public static double[,] Identity(int size)
    {
        var result = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            result[i, i] = 1;
        }

        return result;
    }

    public static double[,] Multiply(double[,] a, double[,] b)
    {
        var (rows, inner, columns) = (a.GetLength(0), a.GetLength(1), b.GetLength(1));
        var result = new double[rows, columns];
        for (var i = 0; i < rows; i++)
        {
            for (var k = 0; k < inner; k++)
            {
                for (var j = 0; j < columns; j++)
                {
                    result[i, j] += a[i, k] * b[k, j];
                }
            }
        }

        return result;
    }

    public static double[] Multiply(double[,] a, double[] v)
    {
        var result = new double[a.GetLength(0)];
        for (var i = 0; i < result.Length; i++)
        {
            for (var k = 0; k < v.Length; k++)
            {
                result[i] += a[i, k] * v[k];
            }
        }

        return result;
    }

    public static double[,] Transpose(double[,] a)
    {
        var result = new double[a.GetLength(1), a.GetLength(0)];
        for (var i = 0; i < a.GetLength(0); i++)
        {
            for (var j = 0; j < a.GetLength(1); j++)
            {
                result[j, i] = a[i, j];
            }
        }

        return result;
    }

    /// <summary>a + factor * b.</summary>
    public static double[,] Add(double[,] a, double[,] b, double factor = 1)
    {
        var result = new double[a.GetLength(0), a.GetLength(1)];
        for (var i = 0; i < a.GetLength(0); i++)
        {
            for (var j = 0; j < a.GetLength(1); j++)
            {
                result[i, j] = a[i, j] + (factor * b[i, j]);
            }
        }

        return result;
    }

    /// <summary>a + factor * b.</summary>
    public static double[] Add(double[] a, double[] b, double factor = 1) => [.. a.Zip(b, (x, y) => x + (factor * y))];

    /// <summary>The matrix of all products of a vector's elements.</summary>
    public static double[,] Outer(double[] v)
    {
        var result = new double[v.Length, v.Length];
        for (var i = 0; i < v.Length; i++)
        {
            for (var j = 0; j < v.Length; j++)
            {
                result[i, j] = v[i] * v[j];
            }
        }

        return result;
    }

    public static double[,] Scale(double[,] a, double factor) => Add(new double[a.GetLength(0), a.GetLength(1)], a, factor);

    /// <summary>The inverse by Gauss-Jordan elimination with pivoting, or null where there is none.</summary>
    public static double[,]? Inverse(double[,] matrix)
    {
        var size = matrix.GetLength(0);
        var (a, inverse) = ((double[,])matrix.Clone(), Identity(size));
        for (var column = 0; column < size; column++)
        {
            var pivot = column;
            for (var i = column + 1; i < size; i++)
            {
                pivot = Math.Abs(a[i, column]) > Math.Abs(a[pivot, column]) ? i : pivot;
            }

            if (!(Math.Abs(a[pivot, column]) > 1e-300) || !double.IsFinite(a[pivot, column]))
            {
                return null;
            }

            var scale = 1 / a[pivot, column];
            for (var j = 0; j < size; j++)
            {
                (a[column, j], a[pivot, j]) = (a[pivot, j], a[column, j]);
                (inverse[column, j], inverse[pivot, j]) = (inverse[pivot, j], inverse[column, j]);
                a[column, j] *= scale;
                inverse[column, j] *= scale;
            }

            for (var i = 0; i < size; i++)
            {
                var factor = a[i, column];
                if (i != column && factor != 0)
                {
                    for (var j = 0; j < size; j++)
                    {
                        a[i, j] -= factor * a[column, j];
                        inverse[i, j] -= factor * inverse[column, j];
                    }
                }
            }
        }

        return inverse;
    }
}
