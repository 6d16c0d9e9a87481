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
    public void Confidence_maps_have_a_colour_each_and_are_clear_where_nothing_is_and_outside()
    {
        using var picture = Picture.Blank(40, 60, 100);
        var maps = new float[2 * 5 * 5];
        (maps[(2 * 5) + 2], maps[25 + (0 * 5) + 4]) = (1, 1);

        // Cells lie on every 4th pixel from (20, 10): the first map's peak is at (28, 18), the second's at (36, 10).
        picture.OverlayConfidence(maps, 5, 5, strideFramePx: 4, leftFramePx: 20, topFramePx: 10, opacity: 1);

        var frame = picture.ToFrame();
        Assert.Equal((255, 87, 51), At(frame, 28, 18));
        Assert.Equal((51, 187, 255), At(frame, 36, 10));
        Assert.Equal((100, 100, 100), At(frame, 20, 10));
        Assert.Equal((100, 100, 100), At(frame, 5, 5));
        Assert.Equal("MediaHeatMap", Assert.Throws<MediaException>(() => picture.OverlayConfidence(maps, 5, 4, 4)).ErrorId);
    }

    [Fact]
    public void Fields_are_arrows_where_they_are_strong_and_a_legend_widens_the_picture()
    {
        using var picture = Picture.Blank(48, 48, 0);
        var field = new float[2 * 4 * 4];
        field[(1 * 4) + 1] = 1;
        field[(2 * 4) + 2] = 0.1f;

        picture.DrawFields(field, 4, 4, strideFramePx: 12, firstColour: 2);

        var frame = picture.ToFrame();
        var arrow = At(frame, 16, 12);
        Assert.True(arrow.G > 180 && arrow.G > arrow.R && arrow.R > arrow.B, $"the third colour, green, but is {arrow}");
        Assert.Equal((0, 0, 0), At(frame, 26, 24));
        using var wide = picture.WithLegend([("head", 0), ("tail", 1), ("left", 2), ("right", 3)]);
        Assert.Equal(48, wide.HeightPx);
        Assert.True(wide.WidthPx > 90, "there is room for the names");
        Assert.Equal((255, 87, 51), At(wide.ToFrame(), 48 + 11, 10));
        Assert.Equal(arrow, At(wide.ToFrame(), 16, 12));
        Assert.Equal("MediaHeatMap", Assert.Throws<MediaException>(() => picture.DrawFields(field.AsSpan(1), 4, 4, 4)).ErrorId);
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
    [InlineData("データ é 数据.mp4", VideoCodec.Mpeg4)]
    [InlineData("видео ß.avi", VideoCodec.MotionJpeg)]
    public void A_video_may_have_a_name_in_any_alphabet(string name, VideoCodec codec)
    {
        var inFolder = folder.CreateSubdirectory(Path.GetFileNameWithoutExtension(name)).FullName;
        var path = Path.Combine(inFolder, name);
        Assert.Equal(3, VideoFile.Write(path, 25, [Noise(64, 64, 1), Noise(64, 64, 1), Noise(64, 64, 1)], codec));
        Assert.Equal([path], Directory.GetFiles(inFolder));
        using var source = FrameSource.Open(path);
        Assert.Equal([0, 1, 2], source.FrameIndices);
        Assert.Equal(64, source.Read(2).HeightPx);
    }

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

    [Theory]
    [InlineData("F\u00fchler", "Fuhler")]
    [InlineData("\u5c3e \u0159", "? r")]
    public void Letters_that_cannot_be_drawn_are_drawn_as_near_as_can_be(string text, string drawn)
    {
        using var one = Picture.Blank(30, 120);
        using var other = Picture.Blank(30, 120);
        one.DrawText(text, 5, 20, (255, 255, 255));
        other.DrawText(drawn, 5, 20, (255, 255, 255));
        Assert.Equal(other.ToFrame().Pixels, one.ToFrame().Pixels);
    }

    [Fact]
    public void The_codec_follows_from_the_name_and_what_was_asked_for()
    {
        Assert.Equal(VideoCodec.MotionJpeg, VideoFile.CodecFor("a.avi", VideoCodec.Auto));
        Assert.Equal(VideoCodec.Mpeg4, VideoFile.CodecFor("a.MP4", VideoCodec.Mpeg4));
        Assert.Equal("MediaVideoFormat", Assert.Throws<MediaException>(() => VideoFile.CodecFor("a.avi", VideoCodec.H264)).ErrorId);
        Assert.Equal("MediaVideoFormat", Assert.Throws<MediaException>(() => VideoFile.CodecFor("a.mp4", VideoCodec.MotionJpeg)).ErrorId);

        var path = Path.Combine(folder.FullName, "a.mp4");
        VideoFile.Write(path, 25, [Noise(48, 64, 3)], VideoCodec.Mpeg4);
        Assert.True(File.ReadAllBytes(path).AsSpan().IndexOf("mp4v"u8) > 0, "MPEG-4 Part 2 is named in the file");
    }

    [FfmpegFact]
    public void With_ffmpeg_mp4_is_H264_that_plays_from_its_beginning()
    {
        var path = Path.Combine(folder.FullName, "a.mp4");
        VideoFile.Write(path, 29.97, Enumerable.Range(0, 10).Select(i => new ImageFrame(i, [.. Enumerable.Repeat((byte)(i * 20), 49 * 65)], 49, 65, 1)));

        var bytes = File.ReadAllBytes(path);
        Assert.True(bytes.AsSpan().IndexOf("avc1"u8) > 0, "H.264 is named in the file");
        Assert.True(bytes.AsSpan().IndexOf("moov"u8) < bytes.AsSpan().IndexOf("mdat"u8), "the index comes before the frames");
        using var source = (VideoFrameSource)FrameSource.Open(path, channels: 1);
        Assert.Equal((10, 50, 66), (source.FrameIndices.Count, source.HeightPx, source.WidthPx));
        Assert.Equal(29.97, source.FramesPerSecond, 0.01);
        Assert.InRange(source.Read(9).Pixels[1000], 176, 184);
        Assert.Equal("MediaFrameShape", Assert.Throws<MediaException>(() => VideoFile.Write(path, 25, [Noise(16, 16, 1), Noise(32, 16, 1)])).ErrorId);
        Assert.Equal(bytes, File.ReadAllBytes(path));
    }

    private static (int R, int G, int B) At(ImageFrame frame, int x, int y)
    {
        var start = ((y * frame.WidthPx) + x) * 3;
        return (frame.Pixels[start], frame.Pixels[start + 1], frame.Pixels[start + 2]);
    }
}

/// <summary>A test that needs the program ffmpeg with an H.264 encoder.</summary>
internal sealed class FfmpegFactAttribute : FactAttribute
{
    public FfmpegFactAttribute()
    {
        try
        {
            VideoFile.CodecFor("a.mp4", VideoCodec.H264);
        }
        catch (MediaException)
        {
            Skip = "ffmpeg with an H.264 encoder is not in PATH.";
        }
    }
}
