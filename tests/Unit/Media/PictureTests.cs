using SleapNn.Media;

namespace SleapNn.Tests.Media;

public sealed class PictureTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sleapnn-test-");

    public void Dispose() => folder.Delete(recursive: true);

    private static ImageFrame Noise(int height, int width, int channels)
    {
        var pixels = new byte[height * width * channels];
        new Random(1).NextBytes(pixels);
        return new ImageFrame(0, pixels, height, width, channels);
    }

    private static Skeleton Pair()
    {
        var skeleton = new Skeleton();
        skeleton.Nodes.AddRange(["a", "b"]);
        skeleton.Edges.Add(new(0, 1));
        return skeleton;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Png_is_lossless(int channels)
    {
        var frame = Noise(17, 23, channels);
        var back = Picture.Decode(Picture.Encode(frame));
        Assert.Equal((17, 23, channels), (back.HeightPx, back.WidthPx, back.Channels));
        Assert.Equal(frame.Pixels, back.Pixels);
    }

    [Fact]
    public void Jpeg_is_near_and_an_unknown_format_is_refused()
    {
        var frame = new ImageFrame(0, Enumerable.Range(0, 16 * 16 * 3).Select(i => (byte)(100 + (i % 3 * 20))).ToArray(), 16, 16, 3);
        var back = Picture.Decode(Picture.Encode(frame, ".jpg"));
        Assert.All(frame.Pixels.Zip(back.Pixels), p => Assert.InRange(p.First - p.Second, -4, 4));
        Assert.Equal("MediaImageFormat", Assert.Throws<MediaException>(() => Picture.Encode(frame, ".docx")).ErrorId);
        Assert.Equal("MediaImageFormat", Assert.Throws<MediaException>(() => Picture.Encode(frame, "")).ErrorId);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(0.5)]
    public void A_dot_is_centred_on_its_point_at_any_zoom(double zoom)
    {
        using var picture = Picture.Of(new ImageFrame(0, new byte[60 * 80], 60, 80, 1), zoom);
        var instance = new PoseInstance(Pair(), [new(30.25, 20.5), PosePoint.Missing]);

        picture.DrawPoses([instance], new PoseStyle { RadiusPx = 4 });

        var frame = picture.ToFrame();
        double sum = 0, sumX = 0, sumY = 0;
        for (var i = 0; i < frame.Pixels.Length / 3; i++)
        {
            var weight = frame.Pixels[i * 3] + frame.Pixels[(i * 3) + 1] + frame.Pixels[(i * 3) + 2];
            (sum, sumX, sumY) = (sum + weight, sumX + (weight * (i % frame.WidthPx)), sumY + (weight * (i / frame.WidthPx)));
        }

        Assert.InRange(((sumX / sum) + 0.5) / zoom - 0.5, 30.25 - (0.15 / zoom), 30.25 + (0.15 / zoom));
        Assert.InRange(((sumY / sum) + 0.5) / zoom - 0.5, 20.5 - (0.15 / zoom), 20.5 + (0.15 / zoom));
    }

    [Fact]
    public void Tracks_have_colours_of_their_own_that_stay_the_same()
    {
        var tracks = new[] { new Track { Name = "x" }, new Track { Name = "y" } };
        var style = new PoseStyle { Tracks = tracks, ShowTrackNames = false };
        var first = ColourOf(tracks[0], 0);
        Assert.Equal(first, ColourOf(tracks[0], 1));
        Assert.NotEqual(first, ColourOf(tracks[1], 0));

        string ColourOf(Track track, int position)
        {
            using var picture = Picture.Blank(20, 20);
            var instances = Enumerable.Repeat(new PoseInstance(Pair(), [PosePoint.Missing, PosePoint.Missing]) { Track = track }, position).ToList();
            instances.Add(new PoseInstance(Pair(), [new(10, 10), PosePoint.Missing]) { Track = track });
            picture.DrawPoses(instances, style);
            return Convert.ToHexString(picture.ToFrame().Pixels, ((10 * 20) + 10) * 3, 3);
        }
    }

    [Fact]
    public void Points_that_are_missing_or_far_away_do_not_break_the_drawing()
    {
        using var picture = Picture.Blank(20, 20);
        var before = picture.ToFrame().Pixels;
        var wild = new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e300, -1e300, 1e7 };
        foreach (var x in wild)
        {
            picture.DrawPoses([new PoseInstance(Pair(), [new(x, x), new(x, 5)], InstanceKind.Predicted) { Track = new Track { Name = "é" } }],
                new PoseStyle { ShowNodeNames = true, ShowScores = true });
            picture.DrawTrail([(x, x), (1, x)], new PoseInstance(Pair(), [new(x, x), new(x, 5)]));
        }

        Assert.Equal(before, picture.ToFrame().Pixels);
    }

    [Fact]
    public void A_heat_map_peaks_where_its_cell_is_centred()
    {
        using var picture = Picture.Of(new ImageFrame(0, new byte[40 * 60], 40, 60, 1), zoom: 2);
        var map = new float[20 * 30];
        map[(7 * 30) + 11] = 3;
        picture.OverlayHeatMap(map, 20, 30, strideFramePx: 2, opacity: 1);

        // Cell (7, 11) is centred on frame pixel (14, 22), which covers the picture's pixels 28 and 29, 44 and 45.
        var frame = picture.ToFrame();
        var lit = Enumerable.Range(0, frame.HeightPx * frame.WidthPx).Where(i => frame.Pixels[i * 3] + frame.Pixels[(i * 3) + 1] + frame.Pixels[(i * 3) + 2] > 60).ToList();
        Assert.InRange(lit.Average(i => (double)(i / frame.WidthPx)), 28, 29);
        Assert.InRange(lit.Average(i => (double)(i % frame.WidthPx)), 44, 45);
        Assert.Equal("MediaHeatMap", Assert.Throws<MediaException>(() => picture.OverlayHeatMap(map, 20, 31, 2)).ErrorId);
        picture.OverlayHeatMap([float.NaN, float.PositiveInfinity, -1, 0], 2, 2, 4);
    }

    [Fact]
    public void A_sheet_holds_every_picture()
    {
        using var red = Picture.Of(new ImageFrame(0, [.. Enumerable.Repeat<byte[]>([255, 0, 0], 100).SelectMany(p => p)], 10, 10, 3));
        using var blue = Picture.Of(new ImageFrame(0, [.. Enumerable.Repeat<byte[]>([0, 0, 255], 100).SelectMany(p => p)], 10, 10, 3));
        using var sheet = Picture.Sheet([red, blue, red], columns: 2, gapPx: 2);
        Assert.Equal((26, 26), (sheet.HeightPx, sheet.WidthPx));
        var frame = sheet.ToFrame();
        Assert.Equal((200, 100), (Count(255, 0, 0), Count(0, 0, 255)));
        Assert.Equal("MediaSheet", Assert.Throws<MediaException>(() => Picture.Sheet([], 2)).ErrorId);
        Assert.Equal("MediaSheet", Assert.Throws<MediaException>(() => Picture.Sheet([red], 0)).ErrorId);

        int Count(byte r, byte g, byte b) => Enumerable.Range(0, 26 * 26).Count(i => frame.Pixels[i * 3] == r && frame.Pixels[(i * 3) + 1] == g && frame.Pixels[(i * 3) + 2] == b);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(1e9)]
    public void A_senseless_zoom_is_refused(double zoom) =>
        Assert.Equal("MediaZoom", Assert.Throws<MediaException>(() => Picture.Of(Noise(8, 8, 1), zoom)).ErrorId);

    [Fact]
    public void Frames_whose_bytes_do_not_fit_are_refused() =>
        Assert.Equal("MediaFrameShape", Assert.Throws<MediaException>(() => Picture.Of(new ImageFrame(0, new byte[5], 2, 2, 1))).ErrorId);

    [Theory]
    [InlineData(".mp4", 64, 96, 12)]
    [InlineData(".avi", 64, 96, 12)]
    [InlineData(".mp4", 65, 97, 12)]
    public void A_video_that_was_written_reads_back(string extension, int height, int width, int tolerance)
    {
        var path = Path.Combine(folder.FullName, "a" + extension);
        var frames = Enumerable.Range(0, 20).Select(i => new ImageFrame(i, [.. Enumerable.Repeat((byte)(i * 10), height * width)], height, width, 1)).ToList();

        Assert.Equal(20, VideoFile.Write(path, 25, frames));

        using var source = FrameSource.Open(path, channels: 1);
        Assert.Equal((20, height + (height % 2), width + (width % 2)), (source.FrameIndices.Count, source.HeightPx, source.WidthPx));
        foreach (var i in new[] { 0, 19, 7 })
        {
            Assert.InRange(source.Read(i).Pixels[(height / 2 * source.WidthPx) + 20] - (i * 10), -tolerance, tolerance);
        }

        Assert.Single(folder.GetFiles());
    }

    [Fact]
    public void A_video_that_fails_leaves_nothing_behind()
    {
        var path = Path.Combine(folder.FullName, "a.mp4");
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Equal("MediaUnwritable", Assert.Throws<MediaException>(() => VideoFile.Write(path, 25, [])).ErrorId);
        Assert.Equal("MediaUnwritable", Assert.Throws<MediaException>(() => VideoFile.Write(path, double.NaN, [Noise(16, 16, 1)])).ErrorId);
        Assert.Equal("MediaFrameShape", Assert.Throws<MediaException>(() => VideoFile.Write(path, 25, [Noise(16, 16, 1), Noise(32, 16, 1)])).ErrorId);
        Assert.Equal("MediaVideoFormat", Assert.Throws<MediaException>(() => VideoFile.Write(path + ".gif", 25, [Noise(16, 16, 1)])).ErrorId);
        Assert.Throws<OperationCanceledException>(() => VideoFile.Write(path, 25, [Noise(16, 16, 1)], stopped.Token));
        Assert.Empty(folder.GetFiles());
    }
}
