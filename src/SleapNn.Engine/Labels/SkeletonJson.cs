using System.Text.Json.Nodes;

namespace SleapNn.LabelFiles;

/// <summary>
/// Skeletons as labels files keep them: a NetworkX node-link graph written by jsonpickle, with node numbers that point
/// into one list of nodes shared by all skeletons of the file.
/// </summary>
internal static class SkeletonJson
{
    private const int EdgeType = 1;
    private const int SymmetryType = 2;

    /// <summary>Reads the skeletons of a file's metadata.</summary>
    public static List<Skeleton> Decode(JsonObject metadata)
    {
        var nodes = JsonAccess.AsArray(metadata["nodes"], "the metadata's 'nodes'")
            .Select((node, i) => JsonAccess.AsObject(node, $"node {i}"))
            .ToList();
        return JsonAccess.AsArray(metadata["skeletons"], "the metadata's 'skeletons'")
            .Select((skeleton, i) => DecodeOne(JsonAccess.AsObject(skeleton, $"skeleton {i}"), nodes, i))
            .ToList();
    }

    /// <summary>Writes skeletons; the second result is the list of nodes that they share.</summary>
    public static (JsonArray Skeletons, JsonArray Nodes) Encode(IReadOnlyList<Skeleton> skeletons)
    {
        var names = new Dictionary<string, int>();
        var nodes = new JsonArray();
        foreach (var skeleton in skeletons)
        {
            for (var i = 0; i < skeleton.Nodes.Count; i++)
            {
                if (names.TryAdd(skeleton.Nodes[i], names.Count))
                {
                    nodes.Add((JsonNode)new JsonObject { ["name"] = skeleton.Nodes[i], ["weight"] = WeightOf(skeleton, i) });
                }
            }
        }

        return (new JsonArray(skeletons.Select(skeleton => (JsonNode)EncodeOne(skeleton, names)).ToArray()), nodes);
    }

    private static Skeleton DecodeOne(JsonObject outer, List<JsonObject> allNodes, int number)
    {
        var where = $"skeleton {number}";
        var graph = outer["nx_graph"] is JsonObject inner ? inner : outer;
        var skeleton = new Skeleton { Name = JsonAccess.Text(graph["graph"]?["name"]) ?? $"Skeleton-{number}" };
        var weights = new JsonArray();
        var places = new Dictionary<int, int>();
        foreach (var node in JsonAccess.AsArray(graph["nodes"], $"the nodes of {where}"))
        {
            var id = JsonAccess.Index((node as JsonObject)?["id"], allNodes.Count, $"a node of {where}");
            var name = JsonAccess.Text(allNodes[id]["name"]) ?? throw new InvalidDataException($"node {id} has no name");
            if (!places.TryAdd(id, skeleton.Nodes.Count))
            {
                throw new InvalidDataException($"{where} has the node '{name}' twice");
            }

            skeleton.Nodes.Add(name);
            weights.Add(allNodes[id]["weight"]?.DeepClone());
        }

        DecodeLinks(graph, skeleton, places, where);
        skeleton.Metadata = Leftovers(outer, graph, weights);
        return skeleton;
    }

    private static void DecodeLinks(JsonObject graph, Skeleton skeleton, Dictionary<int, int> places, string where)
    {
        int Place(JsonNode? node) => JsonAccess.Integer(node) is { } id && id is >= 0 and <= int.MaxValue && places.TryGetValue((int)id, out var place)
            ? place
            : throw new InvalidDataException($"a link of {where} joins a node that it does not have");

        // jsonpickle writes an object out once and numbers it from 1; later uses only name the number.
        var seen = new List<int>();
        var pairs = new HashSet<(int, int)>();
        var edges = new List<(long Order, SkeletonEdge Edge)>();
        foreach (var entry in JsonAccess.AsArray(graph["links"], $"the links of {where}"))
        {
            var link = JsonAccess.AsObject(entry, $"a link of {where}");
            var edge = new SkeletonEdge(Place(link["source"]), Place(link["target"]));
            if (TypeOf(link["type"], seen, where) == SymmetryType)
            {
                // SLEAP writes a symmetry in both directions.
                if (pairs.Add((Math.Min(edge.Source, edge.Destination), Math.Max(edge.Source, edge.Destination))))
                {
                    skeleton.Symmetries.Add(edge);
                }
            }
            else
            {
                edges.Add((JsonAccess.Integer(link["edge_insert_idx"]) ?? edges.Count, edge));
            }
        }

        skeleton.Edges.AddRange(edges.OrderBy(edge => edge.Order).Select(edge => edge.Edge));
    }

    private static int TypeOf(JsonNode? type, List<int> seen, string where)
    {
        if (type is null)
        {
            return EdgeType;
        }

        if (type is JsonObject { } described)
        {
            if (described["py/reduce"] is JsonArray { Count: > 1 } reduce
                && reduce[1] is JsonObject arguments
                && arguments["py/tuple"] is JsonArray { Count: > 0 } tuple
                && JsonAccess.Integer(tuple[0]) is EdgeType or SymmetryType)
            {
                var value = (int)JsonAccess.Integer(tuple[0])!.Value;
                seen.Add(value);
                return value;
            }

            if (JsonAccess.Integer(described["py/id"]) is { } id)
            {
                // Some writers number by kind without writing the object out first.
                return id >= 1 && id <= seen.Count ? seen[(int)id - 1]
                    : id is EdgeType or SymmetryType ? (int)id
                    : throw new InvalidDataException($"a link of {where} refers to an unknown type");
            }
        }

        return JsonAccess.Integer(type) is EdgeType or SymmetryType
            ? (int)JsonAccess.Integer(type)!.Value
            : throw new InvalidDataException($"a link of {where} is neither an edge nor a symmetry");
    }

    private static JsonObject? Leftovers(JsonObject outer, JsonObject graph, JsonArray weights)
    {
        var rest = JsonAccess.Without(outer, "nx_graph", "nodes", "links", "graph", "directed", "multigraph");
        if (!ReferenceEquals(outer, graph))
        {
            rest["nx_graph"] = true;
        }

        if (graph["graph"] is JsonObject attributes && JsonAccess.Without(attributes, "name", "num_edges_inserted") is { Count: > 0 } others)
        {
            rest["graph"] = others;
        }

        if (weights.Any(weight => weight is not JsonValue value || !value.TryGetValue(out double number) || number != 1))
        {
            rest["node_weights"] = weights;
        }

        return rest.Count > 0 ? rest : null;
    }

    private static JsonNode WeightOf(Skeleton skeleton, int node) =>
        skeleton.Metadata?["node_weights"] is JsonArray weights && node < weights.Count && weights[node] is { } weight
            ? weight.DeepClone()
            : JsonValue.Create(1.0);

    private static JsonObject EncodeOne(Skeleton skeleton, Dictionary<string, int> names)
    {
        int Number(int node) => node >= 0 && node < skeleton.Nodes.Count
            ? names[skeleton.Nodes[node]]
            : throw new LabelsException("LabelsSkeletonEdge", $"The skeleton '{skeleton.Name}' has an edge or symmetry with node {node}, but only {skeleton.Nodes.Count} nodes.", skeleton);

        var links = new JsonArray();
        var seen = new List<int>();
        JsonNode Type(int type)
        {
            var at = seen.IndexOf(type);
            if (at >= 0)
            {
                return new JsonObject { ["py/id"] = at + 1 };
            }

            seen.Add(type);
            return new JsonObject
            {
                ["py/reduce"] = new JsonArray(
                    new JsonObject { ["py/type"] = "sleap.skeleton.EdgeType" },
                    new JsonObject { ["py/tuple"] = new JsonArray(type) }),
            };
        }

        for (var i = 0; i < skeleton.Edges.Count; i++)
        {
            links.Add((JsonNode)new JsonObject
            {
                ["edge_insert_idx"] = i,
                ["key"] = 0,
                ["source"] = Number(skeleton.Edges[i].Source),
                ["target"] = Number(skeleton.Edges[i].Destination),
                ["type"] = Type(EdgeType),
            });
        }

        foreach (var symmetry in skeleton.Symmetries)
        {
            links.Add((JsonNode)new JsonObject
            {
                ["key"] = 0,
                ["source"] = Number(symmetry.Source),
                ["target"] = Number(symmetry.Destination),
                ["type"] = Type(SymmetryType),
            });
        }

        var attributes = new JsonObject { ["name"] = skeleton.Name, ["num_edges_inserted"] = skeleton.Edges.Count };
        foreach (var (name, value) in skeleton.Metadata?["graph"] as JsonObject ?? [])
        {
            attributes[name] = value?.DeepClone();
        }

        var graph = new JsonObject
        {
            ["directed"] = true,
            ["graph"] = attributes,
            ["links"] = links,
            ["multigraph"] = true,
            ["nodes"] = new JsonArray(skeleton.Nodes.Select(node => (JsonNode)new JsonObject { ["id"] = names[node] }).ToArray()),
        };
        if (skeleton.Metadata is null)
        {
            return graph;
        }

        var rest = JsonAccess.Without(skeleton.Metadata, "graph", "node_weights", "nx_graph");
        var wrapped = skeleton.Metadata["nx_graph"] is not null;
        var outer = wrapped ? new JsonObject { ["nx_graph"] = graph } : graph;
        foreach (var (name, value) in rest)
        {
            outer[name] = value?.DeepClone();
        }

        return outer;
    }
}
