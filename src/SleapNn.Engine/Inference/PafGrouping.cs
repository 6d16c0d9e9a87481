namespace SleapNn.Inference;

/// <summary>
/// Joins peaks into animals along part affinity fields (Cao et al., "Realtime multi-person 2D pose estimation using part
/// affinity fields", 2017), with the scores and the order of sleap-nn 0.3.3 (<c>inference/ops/paf.py</c>).
/// </summary>
public sealed class PafGrouping
{
    private readonly IReadOnlyList<SkeletonEdge> edges;
    private readonly int[] edgeOrder;
    private readonly int nodeCount;
    private readonly int fieldStride;
    private readonly GroupingOptions options;

    /// <summary>Creates a grouping for one skeleton.</summary>
    /// <param name="nodeCount">The number of nodes.</param>
    /// <param name="edges">The edges, in the order of the field's channels.</param>
    /// <param name="fieldStride">The stride of the field, in pixels of the model's input.</param>
    /// <param name="options">Penalties and limits.</param>
    public PafGrouping(int nodeCount, IReadOnlyList<SkeletonEdge> edges, int fieldStride, GroupingOptions options)
    {
        this.nodeCount = nodeCount;
        this.edges = edges;
        this.fieldStride = fieldStride;
        this.options = options;
        edgeOrder = OrderEdges(nodeCount, edges);
    }

    /// <summary>
    /// The order in which edges are joined: breadth first from the first node, in the order of the edges, that no edge
    /// leads to. Edges that this walk does not use (a second way to a node, another root) join nothing.
    /// </summary>
    /// <param name="nodeCount">The number of nodes.</param>
    /// <param name="edges">The edges.</param>
    /// <returns>Indices of edges.</returns>
    public static int[] OrderEdges(int nodeCount, IReadOnlyList<SkeletonEdge> edges)
    {
        if (edges.Count == 0)
        {
            return [];
        }

        var hasParent = new bool[nodeCount];
        foreach (var edge in edges)
        {
            hasParent[edge.Destination] = true;
        }

        var nodes = edges.SelectMany(edge => new[] { edge.Source, edge.Destination }).Distinct().ToArray();
        var root = nodes.FirstOrDefault(node => !hasParent[node], nodes[0]);
        var (order, seen, waiting) = (new List<int>(), new HashSet<int> { root }, new Queue<int>([root]));
        while (waiting.TryDequeue(out var node))
        {
            for (var i = 0; i < edges.Count; i++)
            {
                if (edges[i].Source == node && seen.Add(edges[i].Destination))
                {
                    order.Add(i);
                    waiting.Enqueue(edges[i].Destination);
                }
            }
        }

        return [.. order];
    }

    /// <summary>Groups the peaks of one frame.</summary>
    /// <param name="peaks">The peaks, in the order in which they were found.</param>
    /// <param name="field">The part affinity field (2 x edges, height, width): x and y of edge 0, x and y of edge 1, ...</param>
    /// <param name="heightCells">The field's height.</param>
    /// <param name="widthCells">The field's width.</param>
    /// <returns>The animals, in pixels of the model's input; the score is the sum of the scores of its edges.</returns>
    public IReadOnlyList<DetectedPose> Group(IReadOnlyList<PafPeak> peaks, ReadOnlySpan<float> field, int heightCells, int widthCells)
    {
        var byNode = Enumerable.Range(0, nodeCount).Select(node => peaks.Where(peak => peak.Node == node).ToArray()).ToArray();
        return Assemble(byNode, Match(byNode, field, heightCells, widthCells));
    }

    /// <summary>Pairs, for each edge, the source's peaks with the destination's so that the sum of scores is largest.</summary>
    /// <param name="peaksByNode">For each node its peaks.</param>
    /// <param name="field">The part affinity field (2 x edges, height, width).</param>
    /// <param name="heightCells">The field's height.</param>
    /// <param name="widthCells">The field's width.</param>
    /// <returns>The connections of all edges, whatever their score.</returns>
    public List<EdgeMatch> Match(PafPeak[][] peaksByNode, ReadOnlySpan<float> field, int heightCells, int widthCells)
    {
        var longest = (float)(options.MaxEdgeLengthRatio * Math.Max(Math.Max(heightCells, widthCells), 2 * edges.Count) * fieldStride);
        var matches = new List<EdgeMatch>();
        for (var k = 0; k < edges.Count; k++)
        {
            var (sources, destinations) = (peaksByNode[edges[k].Source], peaksByNode[edges[k].Destination]);
            var costs = new double[sources.Length, destinations.Length];
            for (var i = 0; i < sources.Length; i++)
            {
                for (var j = 0; j < destinations.Length; j++)
                {
                    costs[i, j] = -ScoreLine(sources[i], destinations[j], k, field, heightCells, widthCells, longest);
                }
            }

            foreach (var (i, j) in LinearAssignment.Solve(costs))
            {
                matches.Add(new EdgeMatch(k, i, j, (float)-costs[i, j]));
            }
        }

        return matches;
    }

    private float ScoreLine(PafPeak source, PafPeak destination, int edge, ReadOnlySpan<float> field, int height, int width, float longest)
    {
        var (dx, dy) = (destination.X - source.X, destination.Y - source.Y);
        var length = MathF.Sqrt((dx * dx) + (dy * dy));
        var (unitX, unitY) = (dx / length, dy / length);
        var plane = height * width;
        var sum = 0f;
        for (var i = 0; i < options.LinePointCount; i++)
        {
            var t = i / (float)(options.LinePointCount - 1);
            var column = Math.Clamp((int)MathF.Round((source.X + (t * dx)) / fieldStride), 0, width - 1);
            var row = Math.Clamp((int)MathF.Round((source.Y + (t * dy)) / fieldStride), 0, height - 1);
            var cell = (row * width) + column;
            sum += (field[(2 * edge * plane) + cell] * unitX) + (field[(((2 * edge) + 1) * plane) + cell] * unitY);
        }

        var penalty = Math.Min((longest / length) - 1, 0) * (float)options.DistancePenaltyWeight;
        return (sum / options.LinePointCount) + penalty;
    }

    /// <summary>Joins connections into animals, edge by edge from the root.</summary>
    /// <param name="peaksByNode">For each node its peaks.</param>
    /// <param name="matches">The connections; those below the smallest line score are left out.</param>
    /// <returns>The animals.</returns>
    public IReadOnlyList<DetectedPose> Assemble(PafPeak[][] peaksByNode, IEnumerable<EdgeMatch> matches)
    {
        var connections = matches.Where(match => match.Score >= (float)options.MinLineScore).ToLookup(match => match.Edge);

        // The order in which peaks enter is kept: it decides which number an animal gets.
        var instanceOf = new Dictionary<(int Node, int Peak), int>();
        foreach (var k in edgeOrder)
        {
            foreach (var match in connections[k])
            {
                var source = (edges[k].Source, match.SourcePeak);
                var destination = (edges[k].Destination, match.DestinationPeak);
                var hasSource = instanceOf.TryGetValue(source, out var sourceInstance);
                var hasDestination = instanceOf.TryGetValue(destination, out var destinationInstance);
                if (!hasSource && !hasDestination)
                {
                    instanceOf[source] = instanceOf[destination] = instanceOf.Count == 0 ? 0 : instanceOf.Values.Max() + 1;
                }
                else if (hasSource && !hasDestination)
                {
                    instanceOf[destination] = sourceInstance;
                }
                else if (hasSource)
                {
                    instanceOf[destination] = sourceInstance;
                    var sourceNodes = instanceOf.Where(pair => pair.Value == sourceInstance).Select(pair => pair.Key.Node).ToHashSet();
                    var moving = instanceOf.Where(pair => pair.Value == destinationInstance).Select(pair => pair.Key).ToArray();
                    if (!moving.Any(peak => sourceNodes.Contains(peak.Node)))
                    {
                        foreach (var peak in moving)
                        {
                            instanceOf[peak] = sourceInstance;
                        }
                    }
                }
            }
        }

        var fewest = options.MinInstancePeaks < 1 ? (int)(options.MinInstancePeaks * nodeCount) : (int)options.MinInstancePeaks;
        var kept = instanceOf.GroupBy(pair => pair.Value).Where(group => group.Count() >= fewest).OrderBy(group => group.Key).ToArray();
        var poses = new List<DetectedPose>();
        foreach (var group in kept)
        {
            var points = new PosePoint[nodeCount];
            Array.Fill(points, PosePoint.Missing);
            foreach (var ((node, index), _) in group)
            {
                var peak = peaksByNode[node][index];
                points[node] = new PosePoint(peak.X, peak.Y, Score: peak.Value);
            }

            var score = 0f;
            foreach (var k in edgeOrder)
            {
                foreach (var match in connections[k])
                {
                    if (instanceOf.TryGetValue((edges[k].Source, match.SourcePeak), out var instance) && instance == group.Key)
                    {
                        score += match.Score;
                    }
                }
            }

            poses.Add(new DetectedPose(points, score));
        }

        return poses;
    }
}
