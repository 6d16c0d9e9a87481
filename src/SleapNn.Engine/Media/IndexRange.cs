using System.Collections;

namespace SleapNn.Media;

/// <summary>The numbers from 0 to a count, without holding them.</summary>
/// <param name="count">How many.</param>
internal sealed class IndexRange(int count) : IReadOnlyList<int>
{
    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public int this[int index] => index >= 0 && index < count ? index : throw new ArgumentOutOfRangeException(nameof(index));

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => Enumerable.Range(0, count).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
