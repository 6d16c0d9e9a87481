namespace SleapNn.Checkpoints;

/// <summary>Walks data trees. Trees of a file may share branches and may even contain themselves.</summary>
internal static class DataTree
{
    /// <summary>Replaces the leaves of a tree in place; each container is visited once, however often it is shared.</summary>
    /// <param name="root">A list, tuple or map; a leaf is left to the caller.</param>
    /// <param name="replace">Gives the value to put in a leaf's place.</param>
    public static void Replace(object? root, Func<object?, object?> replace)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var pending = new Stack<object>();
        Visit(root);
        while (pending.TryPop(out var container))
        {
            switch (container)
            {
                case List<object?> list:
                    for (var i = 0; i < list.Count; i++)
                    {
                        list[i] = Visit(list[i]);
                    }

                    break;
                case object?[] tuple:
                    for (var i = 0; i < tuple.Length; i++)
                    {
                        tuple[i] = Visit(tuple[i]);
                    }

                    break;
                case OrderedMap<object, object?> map:
                    foreach (var (key, value) in map.ToArray())
                    {
                        if (Visit(value) is var replaced && !ReferenceEquals(replaced, value))
                        {
                            map[key] = replaced;
                        }
                    }

                    break;
            }
        }

        object? Visit(object? value)
        {
            if (value is not (List<object?> or object?[] or OrderedMap<object, object?>))
            {
                return replace(value);
            }

            if (seen.Add(value))
            {
                pending.Push(value);
            }

            return value;
        }
    }

    /// <summary>Whether no path through a tree is longer than a limit; a tree that contains itself has endless ones.</summary>
    public static bool IsWithinDepth(object? root, int limit)
    {
        // Depths are heights from below, kept per container: shared branches are measured once.
        var heights = new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        return Height(root, 0) >= 0;

        int Height(object? value, int depth)
        {
            if (value is not (List<object?> or object?[] or OrderedMap<object, object?>))
            {
                return 0;
            }

            if (depth >= limit)
            {
                return -1;
            }

            if (heights.TryGetValue(value, out var known))
            {
                return known < 0 || depth + known > limit ? -1 : known;
            }

            heights[value] = -1; // While it is being measured: meeting it again means that it contains itself.
            var height = 0;
            foreach (var child in ChildrenOf(value))
            {
                var below = Height(child, depth + 1);
                if (below < 0)
                {
                    return -1;
                }

                height = Math.Max(height, below + 1);
            }

            heights[value] = height;
            return height;
        }
    }

    private static IEnumerable<object?> ChildrenOf(object container) => container switch
    {
        List<object?> list => list,
        object?[] tuple => tuple,
        OrderedMap<object, object?> map => map.Values,
        _ => [],
    };
}
