using SleapNn.LabelFiles;

namespace SleapNn.Tests.Labels;

public sealed class VideoPathsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-videos-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_video_at_its_place_is_taken_before_one_beside_the_labels()
    {
        var (there, _) = (Touch("far/a.mp4"), Touch("labels/a.mp4"));

        Assert.Equal(there, Resolve(there));
    }

    [Theory]
    [InlineData("/old/day1/a.mp4", "labels/a.mp4")]
    [InlineData("C:\\old\\day1\\a.mp4", "labels/a.mp4")]
    [InlineData("/old/day1/a.mp4", "labels/day1/a.mp4")]
    [InlineData("D:\\proj\\day1\\a.mp4", "day1/a.mp4")]
    [InlineData("videos/a.mp4", "labels/videos/a.mp4")]
    [InlineData("../videos/a.mp4", "videos/a.mp4")]
    public void A_video_that_moved_with_the_labels_is_found(string stored, string place)
    {
        var there = Touch(place);

        Assert.Equal(there, Path.GetFullPath(Resolve(stored)));
    }

    [Fact]
    public void A_bare_name_is_not_looked_for_far_away()
    {
        Touch("a.mp4");

        Assert.Equal("/old/a.mp4", Resolve("/old/a.mp4"));
    }

    [Fact]
    public void Roots_come_before_the_folder_of_the_labels()
    {
        Touch("labels/a.mp4");
        var there = Touch("root/day1/a.mp4");
        Touch("root/a.mp4");

        Assert.Equal(there, Resolve("/old/day1/a.mp4", new VideoPathOptions { Roots = [Path.Combine(folder, "root")] }));
    }

    [Theory]
    [InlineData("/old/day1/a.mp4")]
    [InlineData("/old/")]
    [InlineData("/old")]
    [InlineData("a.mp4")]
    public void Replacements_take_whole_paths_folders_and_names(string key)
    {
        var there = Touch("new/day1/a.mp4");
        var value = key.EndsWith("mp4", StringComparison.Ordinal) ? there : Path.Combine(folder, "new");

        Assert.Equal(there, Resolve("/old/day1/a.mp4", new VideoPathOptions { Replacements = new Dictionary<string, string> { [key] = value } }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a\0b")]
    [InlineData("/no/where/at/all.mp4")]
    public void What_is_not_there_stays_as_it_is(string stored) => Assert.Equal(stored, Resolve(stored));

    private string Resolve(string stored, VideoPathOptions? options = null) => VideoPaths.Resolve(stored, Path.Combine(folder, "labels", "x.slp"), options);

    private string Touch(string name)
    {
        var path = Path.GetFullPath(Path.Combine(folder, name));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");
        return path;
    }
}
