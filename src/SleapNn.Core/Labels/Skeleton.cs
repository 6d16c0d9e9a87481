using System.Text.Json.Nodes;

namespace SleapNn;

/// <summary>The body parts of an animal (nodes), how they hang together (edges) and which mirror each other (symmetries).</summary>
public sealed class Skeleton
{
    /// <summary>The skeleton's name.</summary>
    public string Name { get; set; } = "Skeleton-0";

    /// <summary>The names of the nodes, in the order of the points of an instance.</summary>
    public List<string> Nodes { get; } = [];

    /// <summary>The directed edges, as indices into <see cref="Nodes"/>, in file order.</summary>
    public List<SkeletonEdge> Edges { get; } = [];

    /// <summary>Pairs of nodes that swap places when the animal is mirrored, as indices into <see cref="Nodes"/>.</summary>
    public List<SkeletonEdge> Symmetries { get; } = [];

    /// <summary>
    /// What else the file said about the skeleton (description, preview image, node weights), so that it survives a
    /// round trip; null where there was nothing.
    /// </summary>
    public JsonObject? Metadata { get; set; }

    /// <summary>The position of a node in <see cref="Nodes"/>, or -1.</summary>
    /// <param name="node">The node's name.</param>
    /// <returns>The index, or -1 where the skeleton has no such node.</returns>
    public int IndexOf(string node) => Nodes.IndexOf(node);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Nodes.Count} node{(Nodes.Count == 1 ? "" : "s")}, {Edges.Count} edge{(Edges.Count == 1 ? "" : "s")})";
}
