using SleapNn.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace SleapNn.Preprocessing;

/// <summary>
/// Boxes around animals, whose corner is centroid - size / 2 + 0.5. sleap-nn crops in two ways, and its models depend on both:
/// training takes a fractional box with interpolation, inference whole pixels. Models trained here see whole pixels in both.
/// </summary>
public static class Crops
{
    /// <summary>The corner of a box around a centroid, from the centre of its first pixel: centroid - size / 2 + 0.5.</summary>
    /// <param name="centroids">(n, 2) as (x, y) in pixels, 32-bit float.</param>
    /// <param name="heightPx">The height of the box.</param>
    /// <param name="widthPx">The width of the box.</param>
    /// <returns>(n, 2) as (x, y) in pixels.</returns>
    public static Tensor TopLeft(Tensor centroids, int heightPx, int widthPx)
    {
        using var scope = NewDisposeScope();
        var half = tensor(new[] { widthPx / 2f, heightPx / 2f }, device: centroids.device);
        return (centroids - half).Plus(0.5).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Cuts boxes of whole pixels around centroids, as sleap-nn does at inference: the corner is truncated to the pixel
    /// grid, what lies outside the image is black, and all crops take the size of the first box, int(extent) + 1 in
    /// 32-bit arithmetic, which at some centroids is one pixel less than asked for.
    /// </summary>
    /// <param name="images">(batch, channels, height, width), any type.</param>
    /// <param name="centroids">(n, 2) as (x, y) in pixels, 32-bit float, without NaN.</param>
    /// <param name="imageIndices">For each centroid, the image in the batch.</param>
    /// <param name="heightPx">The height of a crop.</param>
    /// <param name="widthPx">The width of a crop.</param>
    /// <param name="form">Which corners to give.</param>
    /// <returns>
    /// The crops (n, channels, heightPx or less, widthPx or less), and the corners (n, 2) to be added to the points found in a
    /// crop: those of the pixels, or as sleap-nn has them, not truncated.
    /// </returns>
    public static (Tensor Crops, Tensor TopLeft) AtCentroids(
        Tensor images, Tensor centroids, IReadOnlyList<int> imageIndices, int heightPx, int widthPx, CropForm form = CropForm.SleapNn)
    {
        using var scope = NewDisposeScope();
        var topLeft = TopLeft(centroids, heightPx, widthPx);
        if (centroids.shape[0] == 0)
        {
            return (
                zeros([0, images.shape[1], heightPx, widthPx], images.dtype, images.device).MoveToOuterDisposeScope(),
                topLeft.MoveToOuterDisposeScope());
        }

        var points = TensorValues.Of<float>(centroids.to_type(ScalarType.Float32));
        var height = ExtentOf(points[1], heightPx);
        var width = ExtentOf(points[0], widthPx);
        var padded = nn.functional.pad(images, [width, width, height, height], PaddingModes.Constant, 0);
        var (maxX, maxY) = (padded.shape[3] - width, padded.shape[2] - height);
        var crops = new List<Tensor>(imageIndices.Count);
        var corners = new float[2 * imageIndices.Count];
        for (var i = 0; i < imageIndices.Count; i++)
        {
            // What reaches beyond the padding stays within it, so that a far-off centroid gives a black crop.
            var x = Math.Clamp(CornerOf(points[2 * i], widthPx, width) + width, 0, maxX);
            var y = Math.Clamp(CornerOf(points[(2 * i) + 1], heightPx, height) + height, 0, maxY);
            crops.Add(padded.narrow(0, imageIndices[i], 1).narrow(2, y, height).narrow(3, x, width));
            (corners[2 * i], corners[(2 * i) + 1]) = (x - width, y - height);
        }

        topLeft = form == CropForm.Exact ? tensor(corners, [imageIndices.Count, 2]).to(topLeft.device) : topLeft;
        return (cat(crops, 0).MoveToOuterDisposeScope(), topLeft.MoveToOuterDisposeScope());
    }

    /// <summary>Cuts a box of whole pixels, for training: the pixels that inference takes around the same centroid.</summary>
    /// <param name="image">8-bit, (1, channels, height, width), on the CPU.</param>
    /// <param name="centroidX">The x of the box's centre in pixels.</param>
    /// <param name="centroidY">The y of the box's centre in pixels.</param>
    /// <param name="heightPx">The height of the crop.</param>
    /// <param name="widthPx">The width of the crop.</param>
    /// <returns>The crop, 8-bit (1, channels, heightPx, widthPx), black outside the image, and its corner, to be subtracted from keypoints.</returns>
    public static (Tensor Crop, float Left, float Top) Whole(Tensor image, float centroidX, float centroidY, int heightPx, int widthPx)
    {
        var (left, top) = (CornerOf(centroidX, widthPx, widthPx), CornerOf(centroidY, heightPx, heightPx));
        return (ImageWarp.Apply(image, AffineTransform.Translation(left, top), heightPx, widthPx), left, top);
    }

    /// <summary>
    /// Cuts a fractional box with bilinear interpolation, as sleap-nn does in training. The box is one pixel smaller
    /// than the crop and stretched to fill it, so what is in the image is 0 to 1 pixel right of
    /// and below its keypoint across the crop.
    /// </summary>
    /// <param name="image">8-bit, (1, channels, height, width), on the CPU.</param>
    /// <param name="centroidX">The x of the box's centre in pixels.</param>
    /// <param name="centroidY">The y of the box's centre in pixels.</param>
    /// <param name="heightPx">The height of the crop.</param>
    /// <param name="widthPx">The width of the crop.</param>
    /// <returns>The crop, 8-bit (1, channels, heightPx, widthPx), and the corner of the box, to be subtracted from keypoints.</returns>
    public static (Tensor Crop, float Left, float Top) Fractional(Tensor image, float centroidX, float centroidY, int heightPx, int widthPx)
    {
        var (left, right) = Edges(centroidX, widthPx);
        var (top, bottom) = Edges(centroidY, heightPx);
        var (stepX, stepY) = ((double)(right - left) / widthPx, (double)(bottom - top) / heightPx);
        var cropToImage = new AffineTransform(stepX, 0, (0.5 * stepX) + left - 0.5, 0, stepY, (0.5 * stepY) + top - 0.5);
        return (ImageWarp.Apply(image, cropToImage, heightPx, widthPx), left, top);
    }

    private static (float First, float Last) Edges(float center, int sizePx)
    {
        var half = sizePx / 2f;
        return ((center - half) + 0.5f, (center + half) - 0.5f);
    }

    private static int ExtentOf(float center, int sizePx)
    {
        var (first, last) = Edges(center, sizePx);
        return (int)Math.Abs(last - first) + 1;
    }

    // Trunc(corner + half) - half, not floor(corner): the two differ for boxes that reach over the image's edge.
    private static long CornerOf(float center, int sizePx, int extentPx)
    {
        var half = extentPx / 2;
        return (long)(Edges(center, sizePx).First + half) - half;
    }
}
