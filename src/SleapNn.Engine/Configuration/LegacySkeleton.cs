using System.Text.Json;

namespace SleapNn.Configuration;

/// <summary>Reads a skeleton as SLEAP 1.x pickles it to JSON: a graph whose objects are given once and then referred to by number.</summary>
internal static class LegacySkeleton
{
    private const int SymmetryType = 2;

    /// <summary>Reads one skeleton.</summary>
    /// <param name="graph">The JSON graph.</param>
    /// <param name="name">What the file is called in messages.</param>
    /// <exception cref="ConfigException">The graph has another form.</exception>
    public static Skeleton Read(JsonElement graph, string name)
    {
        try
        {
            return ReadGraph(graph.TryGetProperty("nx_graph", out var inner) ? inner : graph);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException or FormatException)
        {
            throw new ConfigException("SkeletonInvalid", $"{name}: the skeleton in data.labels.skeletons is not in the form of SLEAP 1.x.", name, e);
        }
    }

    private static Skeleton ReadGraph(JsonElement graph)
    {
        var skeleton = new Skeleton { Name = graph.GetProperty("graph").GetProperty("name").GetString() ?? "Skeleton-0" };

        // Objects are numbered from 1 in the order in which they are first met, nodes and edge types alike.
        var objects = new List<object>();
        var links = new List<(string Source, string Target, int Type, int Order)>();
        foreach (var link in graph.GetProperty("links").EnumerateArray())
        {
            string source = "", target = "";
            var type = 1;
            foreach (var property in link.EnumerateObject())
            {
                switch (property.Name)
                {
                    case "source":
                        source = Node(property.Value, objects);
                        break;
                    case "target":
                        target = Node(property.Value, objects);
                        break;
                    case "type":
                        type = EdgeType(property.Value, objects);
                        break;
                }
            }

            links.Add((source, target, type, link.TryGetProperty("edge_insert_idx", out var order) && order.ValueKind == JsonValueKind.Number ? order.GetInt32() : links.Count));
        }

        skeleton.Nodes.AddRange(graph.GetProperty("nodes").EnumerateArray().Select(node => Node(node.GetProperty("id"), objects)));
        foreach (var (source, target, type, _) in links.OrderBy(link => link.Order))
        {
            var edge = new SkeletonEdge(IndexOf(skeleton, source), IndexOf(skeleton, target));
            if (type != SymmetryType)
            {
                skeleton.Edges.Add(edge);
            }
            else if (!skeleton.Symmetries.Contains(new SkeletonEdge(edge.Destination, edge.Source)))
            {
                skeleton.Symmetries.Add(edge);
            }
        }

        return skeleton;
    }

    private static int IndexOf(Skeleton skeleton, string node) =>
        skeleton.IndexOf(node) is >= 0 and var index ? index : throw new KeyNotFoundException(node);

    private static string Node(JsonElement value, List<object> objects)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString()!;
        }

        if (value.TryGetProperty("py/id", out var id))
        {
            return (Referred(objects, id) as string) ?? throw new KeyNotFoundException("py/id");
        }

        var state = value.TryGetProperty("py/state", out var pickled)
            ? pickled.GetProperty("py/tuple")[0]
            : value.GetProperty("name");
        var name = state.GetString() ?? throw new KeyNotFoundException("name");
        objects.Add(name);
        return name;
    }

    private static int EdgeType(JsonElement value, List<object> objects)
    {
        if (value.TryGetProperty("py/id", out var id))
        {
            return Referred(objects, id) is int known ? known : throw new KeyNotFoundException("py/id");
        }

        var type = value.GetProperty("py/reduce")[1].GetProperty("py/tuple")[0].GetInt32();
        objects.Add(type);
        return type;
    }

    private static object Referred(List<object> objects, JsonElement id) =>
        id.GetInt32() is var number && number >= 1 && number <= objects.Count ? objects[number - 1] : throw new KeyNotFoundException("py/id");
}
