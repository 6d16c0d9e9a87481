using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace SleapNn.Checkpoints;

/// <summary>
/// A dictionary that keeps the order of insertion, as Python's <c>dict</c> does: the order of a state dict is the order
/// in which its file is written.
/// </summary>
/// <typeparam name="TKey">The type of the keys.</typeparam>
/// <typeparam name="TValue">The type of the values.</typeparam>
public sealed class OrderedMap<TKey, TValue> : IReadOnlyDictionary<TKey, TValue>
    where TKey : notnull
{
    // Created with the first entry: a hostile file can ask for a million empty dictionaries.
    private List<KeyValuePair<TKey, TValue>>? entries;
    private Dictionary<TKey, int>? positions;

    /// <inheritdoc/>
    public int Count => entries?.Count ?? 0;

    /// <inheritdoc/>
    public IEnumerable<TKey> Keys => this.Select(entry => entry.Key);

    /// <inheritdoc/>
    public IEnumerable<TValue> Values => this.Select(entry => entry.Value);

    /// <summary>Reads the value of a key, or sets it: a new key goes to the end, a known one keeps its place.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="KeyNotFoundException">There is no such key to read.</exception>
    public TValue this[TKey key]
    {
        get => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no key '{key}'.");
        set
        {
            entries ??= [];
            positions ??= new Dictionary<TKey, int>(KeyComparer.Instance);
            if (positions.TryGetValue(key, out var position))
            {
                entries[position] = new(key, value);
            }
            else
            {
                positions.Add(key, entries.Count);
                entries.Add(new(key, value));
            }
        }
    }

    /// <summary>Adds an entry at the end.</summary>
    /// <param name="key">A key that is not in the map yet.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="ArgumentException">The key is in the map already.</exception>
    public void Add(TKey key, TValue value)
    {
        if (ContainsKey(key))
        {
            throw new ArgumentException($"The key '{key}' is in the map already.", nameof(key));
        }

        this[key] = value;
    }

    /// <inheritdoc/>
    public bool ContainsKey(TKey key) => positions?.ContainsKey(key) ?? false;

    /// <inheritdoc/>
    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (positions is not null && positions.TryGetValue(key, out var position))
        {
            value = entries![position].Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator() =>
        (entries ?? Enumerable.Empty<KeyValuePair<TKey, TValue>>()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Equality by value, with hashes that a file's author cannot foresee (long.GetHashCode is public knowledge).</summary>
    private sealed class KeyComparer : IEqualityComparer<TKey>
    {
        public static readonly KeyComparer Instance = new();

        public bool Equals(TKey? x, TKey? y) => EqualityComparer<TKey>.Default.Equals(x, y);

        public int GetHashCode(TKey key) => key switch
        {
            long number => HashCode.Combine((int)number, (int)(number >> 32)),
            double number => GetBitsHash(BitConverter.DoubleToInt64Bits(number == 0 ? 0 : number)),
            _ => key.GetHashCode(),
        };

        private static int GetBitsHash(long bits) => HashCode.Combine((int)bits, (int)(bits >> 32));
    }
}
