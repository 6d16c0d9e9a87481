using OpenCvSharp;
using PureHDF;
using SleapNn.Media;
using SleapNn.Runtime;
using FrameSource = SleapNn.Media.FrameSource;

namespace SleapNn.Tests.Media;

public sealed class FrameSourceTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sleapnn-test-");

    public void Dispose() => folder.Delete(recursive: true);

    private string At(string name) => Path.Combine(folder.FullName, name);

    [SharedTheory]
    [InlineData("small_robot.mp4", 166, 320, 560, 3)]
    [InlineData("centered_pair_small.mp4", 1100, 384, 384, 1)]
    public void A_video_read_at_random_gives_the_frames_of_reading_in_order(string name, int count, int height, int width, int channels)
    {
        var path = SharedData.PathTo("data", "datasets", name);
        using var ordered = FrameSource.Open(path);
        Assert.Equal((count, height, width, channels), (ordered.FrameIndices.Count, ordered.HeightPx, ordered.WidthPx, ordered.Channels));
        var sums = ordered.FrameIndices.Take(160).Select(i => Checksum(ordered.Read(i))).ToArray();
        Assert.True(sums.Distinct().Count() > 150);

        using var random = FrameSource.Open(path);
        var shuffled = new Random(3);
        for (var i = 0; i < 60; i++)
        {
            var index = shuffled.Next(sums.Length);
            Assert.Equal(sums[index], Checksum(random.Read(index)));
        }

        foreach (var index in new[] { 5, 5, 6, 4, 30, 29, 0, 159 })
        {
            Assert.Equal((index, sums[index]), (random.Read(index).Index, Checksum(random.Read(index))));
        }
    }

    [SharedFact]
    public void An_embedded_frame_equals_the_reference()
    {
        var expected = new NpzFile(SharedData.PathTo("reference", "data", "frame.npz"))["frame"];

        using var source = FrameSource.Open(SharedData.PathTo("data", "datasets", "minimal_instance.pkg.slp"));

        Assert.Equal((1, 384, 384, 1), (source.FrameIndices.Count, source.HeightPx, source.WidthPx, source.Channels));
        Assert.Equal(expected.ToBytes(), source.Read(source.FrameIndices[0]).Pixels);
        var error = Assert.Throws<MediaException>(() => source.Read(12345));
        Assert.Equal("MediaFrameOutOfRange", error.ErrorId);
    }

    [SharedFact]
    public void A_frame_outside_a_video_is_an_error_that_gives_the_range()
    {
        using var source = FrameSource.Open(SharedData.PathTo("data", "datasets", "small_robot.mp4"));
        foreach (var index in new[] { -1, 166, int.MaxValue, int.MinValue })
        {
            var error = Assert.Throws<MediaException>(() => source.Read(index));
            Assert.Equal("MediaFrameOutOfRange", error.ErrorId);
            Assert.Contains("0 to 165", error.Message, StringComparison.Ordinal);
        }
    }

    [SharedFact]
    public void A_truncated_video_names_itself_wherever_it_is_cut()
    {
        var bytes = File.ReadAllBytes(SharedData.PathTo("data", "datasets", "small_robot.mp4"));
        foreach (var length in new[] { 0, 10, 1000, bytes.Length / 2, bytes.Length - 1000 })
        {
            var path = At($"cut{length}.mp4");
            File.WriteAllBytes(path, bytes[..length]);
            try
            {
                using var source = FrameSource.Open(path);
                foreach (var index in source.FrameIndices)
                {
                    source.Read(index);
                }
            }
            catch (MediaException error)
            {
                Assert.Contains(path, error.Message, StringComparison.Ordinal);
                Assert.Contains(error.ErrorId, new[] { "MediaUnreadable", "MediaFrameUndecodable" });
                continue;
            }

            Assert.True(length > bytes.Length / 2, $"Cut to {length} bytes, it read as if it were whole.");
        }
    }

    [SharedFact]
    public void A_truncated_labels_file_names_itself_wherever_it_is_cut()
    {
        var bytes = File.ReadAllBytes(SharedData.PathTo("data", "datasets", "minimal_instance.pkg.slp"));
        var path = At("cut.pkg.slp");
        foreach (var length in new[] { 0, 8, 100, 800, 2000, 5000, 20000, bytes.Length - 10000 })
        {
            File.WriteAllBytes(path, bytes[..length]);
            var error = Assert.Throws<MediaException>(() => FrameSource.Open(path).Read(0));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("a.mp4")]
    [InlineData("a.avi")]
    [InlineData("a.png")]
    [InlineData("a.jpg")]
    [InlineData("a.tif")]
    [InlineData("a.h5")]
    [InlineData("a.slp")]
    [InlineData("a")]
    public void A_foreign_file_names_itself(string name)
    {
        foreach (var content in new[] { "", "This is no picture.", new string('\0', 5000) })
        {
            File.WriteAllText(At(name), content);
            var error = Assert.Throws<MediaException>(() => FrameSource.Open(At(name)));
            Assert.Equal("MediaUnreadable", error.ErrorId);
            Assert.Contains(At(name), error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nothing_at_a_path_is_an_error_that_names_it()
    {
        foreach (var path in new[] { At("missing.mp4"), At("*.png"), At("img_%04d.png"), Path.Combine(At("nowhere"), "*.png") })
        {
            var error = Assert.Throws<MediaException>(() => FrameSource.Open(path));
            Assert.Equal("MediaNotFound", error.ErrorId);
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }

        Assert.Equal("MediaUnreadable", Assert.Throws<MediaException>(() => FrameSource.Open(folder.FullName)).ErrorId);
    }

    [Fact]
    public void A_missing_video_of_labels_says_how_to_map_paths()
    {
        var error = Assert.Throws<MediaException>(() => FrameSource.Open(new SleapVideo { FileName = At("moved.mp4") }));
        Assert.Equal("MediaNotFound", error.ErrorId);
        Assert.Contains(At("moved.mp4"), error.Message, StringComparison.Ordinal);
        Assert.Contains("map the old folder", error.Message, StringComparison.Ordinal);

        var images = new SleapVideo { FileName = At("0.png") };
        images.ImageFileNames.Add(At("0.png"));
        Assert.Equal("MediaNotFound", Assert.Throws<MediaException>(() => FrameSource.Open(images)).ErrorId);
    }

    [Fact]
    public void Images_come_by_folder_wildcard_and_number_in_order()
    {
        foreach (var number in new[] { 1, 2, 10 })
        {
            SaveImage(At($"img_{number}.png"), new OpenCvSharp.Scalar(number, number, number));
        }

        SaveImage(At("other.bmp"), new OpenCvSharp.Scalar(99, 99, 99));
        File.WriteAllText(At("notes.txt"), "no image");

        Assert.Equal([1, 10, 2, 99], Values(folder.FullName));
        Assert.Equal([1, 10, 2], Values(At("img_*.png")));
        Assert.Equal([1, 2, 10], Values(At("img_%d.png")));
        Assert.Equal([2], Values(At("img_2.png")));
        Assert.Equal([1, 2], Values(At("img_?.png")));

        static List<int> Values(string path)
        {
            using var source = FrameSource.Open(path);
            Assert.Equal(1, source.Channels);
            return [.. source.FrameIndices.Select(i => (int)source.Read(i).Pixels[0])];
        }
    }

    [Fact]
    public void Colour_is_rgb_and_grey_is_found_by_the_first_frame_or_chosen()
    {
        SaveImage(At("colour.png"), new OpenCvSharp.Scalar(30, 20, 10));
        using var colour = FrameSource.Open(At("colour.png"));
        using var grey = FrameSource.Open(At("colour.png"), channels: 1);

        Assert.Equal([10, 20, 30], colour.Read(0).Pixels[..3]);
        Assert.Equal([10, 10], grey.Read(0).Pixels[..2]);
        Assert.Equal((3, 1), (colour.Channels, grey.Channels));

        SaveImage(At("grey.png"), new OpenCvSharp.Scalar(7, 7, 7));
        using var found = FrameSource.Open(At("grey.png"));
        using var widened = FrameSource.Open(At("grey.png"), channels: 3);
        Assert.Equal((1, 4 * 6), (found.Channels, found.Read(0).Pixels.Length));
        Assert.Equal([7, 7, 7], widened.Read(0).Pixels[..3]);
    }

    [Fact]
    public void Images_with_16_bits_or_transparency_become_8_bit_rgb()
    {
        NativeLibraries.EnsureOpenCvLoaded();
        using var deep = new Mat(4, 6, MatType.CV_16UC1, new OpenCvSharp.Scalar(257 * 40));
        using var clear = new Mat(4, 6, MatType.CV_8UC4, new OpenCvSharp.Scalar(3, 2, 1, 0));
        Cv2.ImWrite(At("deep.png"), deep);
        Cv2.ImWrite(At("clear.png"), clear);

        using var deepSource = FrameSource.Open(At("deep.png"));
        using var clearSource = FrameSource.Open(At("clear.png"));

        Assert.Equal((1, 40), (deepSource.Channels, (int)deepSource.Read(0).Pixels[5]));
        Assert.Equal([1, 2, 3], clearSource.Read(0).Pixels[..3]);
    }

    [Theory]
    [InlineData("RGB", new byte[] { 10, 20, 30 })]
    [InlineData("BGR", new byte[] { 30, 20, 10 })]
    public void Embedded_colour_follows_the_channel_order_of_the_file(string order, byte[] expected)
    {
        SaveImage(At("colour.png"), new OpenCvSharp.Scalar(30, 20, 10));
        var png = File.ReadAllBytes(At("colour.png"));
        var padded = new byte[2, png.Length + 40];
        for (var i = 0; i < png.Length; i++)
        {
            padded[0, i] = padded[1, i] = png[i];
        }

        var video = new H5Dataset(padded) { Attributes = new() { ["format"] = "png", ["channel_order"] = order } };
        new H5File { ["video0"] = new H5Group { ["video"] = video, ["frame_numbers"] = new long[] { 7, 3 } } }.Write(At("a.pkg.slp"));

        using var source = FrameSource.Open(new SleapVideo { FileName = At("a.pkg.slp"), Dataset = "video0/video", IsEmbedded = true });

        Assert.Equal([7, 3], source.FrameIndices);
        Assert.Equal(3, source.Read(3).Index);
        Assert.Equal(expected, source.Read(3).Pixels[..3]);
        Assert.Contains("7, 3", Assert.Throws<MediaException>(() => source.Read(0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Raw_hdf5_frames_are_read_in_both_orders_and_types()
    {
        var last = new byte[2, 3, 4, 1];
        var first = new float[2, 1, 4, 3];
        for (var t = 0; t < 2; t++)
        {
            for (var y = 0; y < 3; y++)
            {
                for (var x = 0; x < 4; x++)
                {
                    last[t, y, x, 0] = (byte)((t * 100) + (y * 10) + x);
                    first[t, 0, x, y] = last[t, y, x, 0] / 255f;
                }
            }
        }

        new H5File { ["box"] = last }.Write(At("last.h5"));
        new H5File { ["box"] = first }.Write(At("first.h5"));
        using var lastSource = FrameSource.Open(At("last.h5"));
        var metadata = new System.Text.Json.Nodes.JsonObject { ["backend"] = new System.Text.Json.Nodes.JsonObject { ["input_format"] = "channels_first" } };
        using var firstSource = FrameSource.Open(new SleapVideo { FileName = At("first.h5"), Dataset = "/box", Metadata = metadata });

        byte[] expected = [100, 101, 102, 103, 110, 111, 112, 113, 120, 121, 122, 123];
        Assert.Equal(expected, lastSource.Read(1).Pixels);
        Assert.Equal(expected, firstSource.Read(1).Pixels);
        Assert.Equal((3, 4, 2), (firstSource.HeightPx, firstSource.WidthPx, firstSource.FrameIndices.Count));
    }

    [SharedFact]
    public void Labels_without_frames_say_so() =>
        Assert.Contains(
            "no frames",
            Assert.Throws<MediaException>(() => FrameSource.Open(SharedData.PathTo("data", "datasets", "small_robot_minimal.slp"))).Message,
            StringComparison.Ordinal);

    private static string Checksum(ImageFrame frame) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(frame.Pixels));

    private static void SaveImage(string path, OpenCvSharp.Scalar bgr)
    {
        NativeLibraries.EnsureOpenCvLoaded();
        using var image = new Mat(4, 6, MatType.CV_8UC3, bgr);
        Assert.True(Cv2.ImWrite(path, image));
    }
}
