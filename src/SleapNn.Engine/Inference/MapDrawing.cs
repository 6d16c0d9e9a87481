using SleapNn.Media;

namespace SleapNn.Inference;

/// <summary>Draws what a network makes of frames: its maps over them, and a legend beside them.</summary>
public sealed class MapDrawing
{
    // A colour that poses of few nodes do not have.
    private const int CentroidColour = 3;
    private static readonly (byte R, byte G, byte B) CropColour = (230, 230, 230);

    private readonly NetworkView network;
    private readonly MapOverlay overlay;
    private readonly int? node;
    private readonly double opacity;

    /// <summary>Chooses what is drawn.</summary>
    /// <param name="network">The network; it stays the caller's.</param>
    /// <param name="overlay">Which outputs.</param>
    /// <param name="node">Only the confidence map of this node; null for all.</param>
    /// <param name="opacity">The opacity of a confidence of 1, from 0 to 1.</param>
    /// <exception cref="PredictionException">
    /// The network has no such node (OverlayUnknownNode), no part affinity fields (OverlayNoFields) or no class maps (OverlayNoClassMaps).
    /// </exception>
    public MapDrawing(NetworkView network, MapOverlay overlay = MapOverlay.ConfidenceMaps, string? node = null, double opacity = 0.8)
    {
        (this.network, this.overlay, this.opacity) = (network, overlay, opacity);
        if (overlay.HasFlag(MapOverlay.PartAffinityFields) && !network.HasFields)
        {
            throw new PredictionException("OverlayNoFields", "The model has no part affinity fields; those belong to bottom-up models. Use -Overlay ConfidenceMaps.", overlay);
        }

        if (overlay.HasFlag(MapOverlay.ClassMaps) && !network.HasClassMaps)
        {
            throw new PredictionException("OverlayNoClassMaps", "The model has no class maps; those belong to bottom-up models of identities (multi_class_bottomup). Use -Overlay ConfidenceMaps.", overlay);
        }

        if (node is not null)
        {
            this.node = network.Nodes.ToList().IndexOf(node) is >= 0 and var index
                ? index
                : throw new PredictionException("OverlayUnknownNode", $"The model has no node '{node}'. Its nodes: {string.Join(", ", network.Nodes)}.", node);
        }
    }

    private int FirstNodeColour => network.IsCentroid ? CentroidColour : 0;

    // After those of the nodes where both are drawn.
    private int FirstEdgeColour => overlay.HasFlag(MapOverlay.ConfidenceMaps) ? network.Nodes.Count : 0;

    private int FirstClassColour => overlay.HasFlag(MapOverlay.ConfidenceMaps) ? network.Nodes.Count : 0;

    /// <summary>Lays the maps of a frame over its picture.</summary>
    /// <param name="picture">The picture of the frame, before poses are drawn on it.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="instances">The animals around which a model for crops looks.</param>
    public void Draw(Picture picture, ImageFrame frame, IReadOnlyList<PoseInstance> instances)
    {
        var look = network.Look(frame, instances);
        if (overlay.HasFlag(MapOverlay.ConfidenceMaps))
        {
            foreach (var all in look.Confidence)
            {
                var maps = node is { } only ? all.Only(only) : all;
                picture.OverlayConfidence(maps.Values, maps.Rows, maps.Columns, maps.StridePx, maps.LeftPx, maps.TopPx, FirstNodeColour + (node ?? 0), opacity);
            }
        }

        if (overlay.HasFlag(MapOverlay.PartAffinityFields))
        {
            foreach (var fields in look.Fields)
            {
                picture.DrawFields(fields.Values, fields.Rows, fields.Columns, fields.StridePx, FirstEdgeColour);
            }
        }

        if (overlay.HasFlag(MapOverlay.ClassMaps))
        {
            foreach (var classes in look.Classes)
            {
                picture.OverlayConfidence(classes.Values, classes.Rows, classes.Columns, classes.StridePx, classes.LeftPx, classes.TopPx, FirstClassColour, opacity);
            }
        }

        foreach (var crop in look.Crops)
        {
            picture.DrawBox(crop.LeftPx, crop.TopPx, crop.WidthPx, crop.HeightPx, CropColour);
        }
    }

    /// <summary>Sets the names of what is drawn beside a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <returns>A wider picture; the caller disposes both.</returns>
    public Picture WithLegend(Picture picture)
    {
        var entries = new List<(string Name, int Colour)>();
        if (overlay.HasFlag(MapOverlay.ConfidenceMaps))
        {
            entries.AddRange(network.Nodes.Select((name, i) => (name, FirstNodeColour + i)).Where((_, i) => node is null || node == i));
        }

        if (overlay.HasFlag(MapOverlay.PartAffinityFields))
        {
            entries.AddRange(network.Edges.Select((name, i) => (name, FirstEdgeColour + i)));
        }

        if (overlay.HasFlag(MapOverlay.ClassMaps))
        {
            entries.AddRange(network.Classes.Select((name, i) => (name, FirstClassColour + i)));
        }

        return picture.WithLegend(entries);
    }
}
