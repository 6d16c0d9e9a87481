using System.Collections;
using System.Collections.Specialized;

namespace SleapNn.Configuration;

/// <summary>The form that skeletons have in a configuration file: nodes by name, edges and symmetries as pairs of nodes.</summary>
internal static class ConfigSkeletons
{
    /// <summary>Reads a list of skeletons; null when the value has another form.</summary>
    public static List<Skeleton>? Read(object? value)
    {
        if (value is string or IDictionary or not IEnumerable)
        {
            return null;
        }

        var skeletons = new List<Skeleton>();
        foreach (var item in (IEnumerable)value)
        {
            if (item is Skeleton known)
            {
                skeletons.Add(known);
            }
            else if (item is IDictionary map && ReadOne(map) is { } skeleton)
            {
                skeletons.Add(skeleton);
            }
            else
            {
                return null;
            }
        }

        return skeletons;
    }

    /// <summary>Writes a list of skeletons as plain values.</summary>
    public static List<object?> Write(List<Skeleton> skeletons) => skeletons.ConvertAll(skeleton => (object?)new OrderedDictionary
    {
        ["nodes"] = skeleton.Nodes.ConvertAll(NodeMap),
        ["edges"] = skeleton.Edges.ConvertAll(edge => (object?)new OrderedDictionary
        {
            ["source"] = NodeMap(skeleton.Nodes[edge.Source]),
            ["destination"] = NodeMap(skeleton.Nodes[edge.Destination]),
        }),
        ["symmetries"] = skeleton.Symmetries.ConvertAll(pair =>
            (object?)new List<object?> { NodeMap(skeleton.Nodes[pair.Source]), NodeMap(skeleton.Nodes[pair.Destination]) }),
        ["name"] = skeleton.Name,
    });

    private static object? NodeMap(string name) => new OrderedDictionary { ["name"] = name };

    private static Skeleton? ReadOne(IDictionary map)
    {
        var skeleton = new Skeleton();
        if (map["name"] is { } name)
        {
            skeleton.Name = name.ToString()!;
        }

        foreach (var node in Items(map["nodes"]))
        {
            if (NameOf(node) is not { } nodeName)
            {
                return null;
            }

            skeleton.Nodes.Add(nodeName);
        }

        foreach (var edge in Items(map["edges"]))
        {
            if (edge is not IDictionary pair || PairOf(skeleton, pair["source"], pair["destination"]) is not { } link)
            {
                return null;
            }

            skeleton.Edges.Add(link);
        }

        foreach (var symmetry in Items(map["symmetries"]))
        {
            var ends = symmetry is IDictionary named ? Items(named["nodes"]) : Items(symmetry);
            if (ends.Count != 2 || PairOf(skeleton, ends[0], ends[1]) is not { } link)
            {
                return null;
            }

            skeleton.Symmetries.Add(link);
        }

        return skeleton;
    }

    private static List<object?> Items(object? value) => value is IEnumerable list and not string and not IDictionary ? [.. list.Cast<object?>()] : [];

    private static string? NameOf(object? node) => node switch
    {
        IDictionary map => map["name"]?.ToString(),
        string text => text,
        _ => null,
    };

    private static SkeletonEdge? PairOf(Skeleton skeleton, object? source, object? destination)
    {
        var from = NameOf(source) is { } a ? skeleton.IndexOf(a) : -1;
        var to = NameOf(destination) is { } b ? skeleton.IndexOf(b) : -1;
        return from < 0 || to < 0 ? null : new SkeletonEdge(from, to);
    }
}
