using System.Text;
using SleapNn.Runtime.Installing;

namespace SleapNn.Tests.Runtime.Installing;

public sealed class PackageFeedsTests : IDisposable
{
    private static readonly PackageIdentity TorchSharp = new("TorchSharp", RuntimePackages.TorchSharpVersion);

    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-feeds-").FullName;
    private readonly List<string> warnings = [];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_user_s_name_and_password_come_from_the_configuration()
    {
        MadeUpPackages.Write(Path.Combine(folder, "packages"), RuntimeBackend.Cpu);
        using var feed = new LocalFeed(Path.Combine(folder, "packages")) { Authorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ada:secret")) };
        Config($"<add key=\"lab\" value=\"{feed.Address}\" protocolVersion=\"3\" allowInsecureConnections=\"true\" />", "<packageSourceCredentials><lab><add key=\"Username\" value=\"ada\" /><add key=\"ClearTextPassword\" value=\"secret\" /></lab></packageSourceCredentials>");

        foreach (var given in new string[][] { [], ["lab"], [feed.Address] })
        {
            var location = Assert.Single(PackageFeeds.Resolve(given, folder, warnings.Add)).Find(TorchSharp, default);
            Assert.NotNull(location!.Authorization);
            Assert.NotNull(location.Hash);
        }

        Config("<add key=\"other\" value=\"/nowhere\" />");
        var error = Assert.Throws<RuntimeException>(() => PackageFeeds.Resolve([feed.Address], folder, warnings.Add)[0].Find(TorchSharp, default));
        Assert.Equal("RuntimeSourceDenied", error.ErrorId);
        Assert.DoesNotContain("secret", error.Message);
    }

    [Fact]
    public void Disabled_sources_and_the_mapping_of_packages_are_heeded()
    {
        Config(
            $"<add key=\"one\" value=\"{folder}\" /><add key=\"two\" value=\"{folder}\" /><add key=\"off\" value=\"{folder}\" />",
            "<disabledPackageSources><clear /><add key=\"off\" value=\"true\" /></disabledPackageSources>"
            + "<packageSourceMapping><clear /><packageSource key=\"one\"><package pattern=\"libtorch-*\" /></packageSource><packageSource key=\"two\"><package pattern=\"*\" /></packageSource></packageSourceMapping>");

        var feeds = PackageFeeds.Resolve([], folder, warnings.Add);

        Assert.Equal(["one", "two"], feeds.Select(feed => feed.Name));
        Assert.Equal((true, false), (feeds[0].MayServe("libtorch-cpu-linux-x64"), feeds[0].MayServe("TorchSharp")));
        Assert.Equal((false, true), (feeds[1].MayServe("libtorch-cpu-linux-x64"), feeds[1].MayServe("TorchSharp")));
        Assert.True(PackageFeeds.Resolve(["one"], folder, warnings.Add)[0].MayServe("TorchSharp"));
    }

    [Theory]
    [InlineData("nonsense", "RuntimeSourceNotFound")]
    [InlineData("http://example.org/v3/index.json", "RuntimeSourceUnsupported")]
    [InlineData("https://example.org/api/v2", "RuntimeSourceUnsupported")]
    public void What_is_no_source_is_refused(string source, string errorId)
    {
        Config("<add key=\"local\" value=\"/nowhere\" />");

        var error = Assert.Throws<RuntimeException>(() => PackageFeeds.Resolve([source], folder, warnings.Add));

        Assert.Equal(errorId, error.ErrorId);
    }

    [Fact]
    public void Sources_of_the_configuration_that_cannot_be_used_are_told_and_passed_over()
    {
        Config($"<add key=\"old\" value=\"https://example.org/api/v2\" /><add key=\"good\" value=\"{folder}\" />");
        Assert.Equal("good", Assert.Single(PackageFeeds.Resolve([], folder, warnings.Add)).Name);
        Assert.Contains("old", Assert.Single(warnings));

        Config("");
        Assert.Equal("RuntimeSourceNotFound", Assert.Throws<RuntimeException>(() => PackageFeeds.Resolve([], folder, warnings.Add)).ErrorId);

        File.WriteAllText(Path.Combine(folder, "nuget.config"), "<configuration><packageSources>");
        Assert.Equal("NuGetConfigInvalid", Assert.Throws<RuntimeException>(() => PackageFeeds.Resolve([], folder, warnings.Add)).ErrorId);
    }

    [Fact]
    public void Folders_are_read_in_all_forms_that_NuGet_has()
    {
        var feed = new FolderFeed { Name = "x", Address = folder };
        Assert.Null(feed.Find(TorchSharp, default));
        Assert.Empty(feed.Versions("TorchSharp", default));

        var nested = Path.Combine(folder, "torchsharp", TorchSharp.Version);
        var file = MadeUpPackages.Write(nested, "torchsharp", TorchSharp.Version, []);
        File.WriteAllText(file + ".sha512", "hash\n");

        var location = feed.Find(TorchSharp, default)!;
        Assert.Equal((file, "hash"), (location.Address.LocalPath, location.Hash));
        Assert.Equal([TorchSharp.Version], feed.Versions("TorchSharp", default));

        Directory.Delete(Path.Combine(folder, "torchsharp"), recursive: true);
        MadeUpPackages.Write(folder, "TorchSharp", TorchSharp.Version, []);
        Assert.NotNull(feed.Find(TorchSharp, default));
        Assert.Equal("RuntimeSourceNotFound", Assert.Throws<RuntimeException>(() => new FolderFeed { Name = "x", Address = folder + "x" }.Find(TorchSharp, default)).ErrorId);
    }

    [Fact]
    public void What_is_no_feed_is_told()
    {
        using var feed = new LocalFeed(folder);
        var wrong = new HttpFeed { Name = "x", Address = feed.Address.Replace("/v3/", "/other/", StringComparison.Ordinal) };

        Assert.Equal("RuntimeSourceInvalid", Assert.Throws<RuntimeException>(() => wrong.Find(TorchSharp, default)).ErrorId);
    }

    private void Config(string sources, string rest = "") => File.WriteAllText(
        Path.Combine(folder, "nuget.config"),
        $"<?xml version=\"1.0\" encoding=\"utf-8\"?><configuration><packageSources><clear />{sources}</packageSources>{rest}</configuration>");
}
