using SleapNn.Tests.Host;

namespace SleapNn.Tests.Module;

/// <summary>The module in a process of its own, beside another module that brings another YamlDotNet.</summary>
public sealed class IsolationTests : IDisposable
{
    private const string OtherModule =
        """
        $assembly = [Reflection.Assembly]::LoadFrom([IO.Path]::Combine($PSScriptRoot, 'YamlDotNet.dll'))
        function ConvertFrom-OtherYaml([string] $Text) {
            $builder = $assembly.GetType('YamlDotNet.Serialization.DeserializerBuilder')::new()
            $value = $builder.Build().Deserialize([IO.StringReader]::new($Text), [Collections.Generic.Dictionary[string, string]])
            "$($assembly.GetName().Version.Major) $($value['key'])"
        }
        """;

    private const string Versions =
        "[AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'YamlDotNet' } | ForEach-Object { $_.GetName().Version.Major } | Sort-Object";

    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-isolation-").FullName;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Each_module_gets_its_own_YamlDotNet(bool otherFirst)
    {
        var other = Path.Combine(folder, "Other");
        Directory.CreateDirectory(other);
        File.Copy(Path.Combine(AppContext.BaseDirectory, "YamlDotNet.dll"), Path.Combine(other, "YamlDotNet.dll"));
        File.WriteAllText(Path.Combine(other, "Other.psm1"), OtherModule);
        var config = Path.Combine(folder, "config.yaml");
        var useOther = $"Import-Module '{other}'; ConvertFrom-OtherYaml 'key: value'";
        var useOurs = $"Import-Module '{ModuleFixture.ModuleFolder}'; New-SleapConfig -Head single_instance | Export-SleapConfig -Path '{config}'; (Import-SleapConfig '{config}').GetType().FullName";
        string[] steps = otherFirst ? [useOther, useOurs] : [useOurs, useOther];

        var run = HostProcess.Run("-NoModule", "-Command", $"$ErrorActionPreference = 'Stop'; {string.Join("; ", steps)}; {Versions}");

        Assert.Equal("", run.Error);
        var lines = run.Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("13 value", lines);
        Assert.Contains("SleapNn.Configuration.SleapConfig", lines);
        Assert.Equal(["13", "18"], lines[^2..]);
    }

    [Fact]
    public void Importing_writes_nothing_and_loads_no_native_library()
    {
        var copy = CopyWithoutNatives();
        var before = Snapshot(copy);
        MakeReadOnly(copy, true);
        try
        {
            var run = HostProcess.Run(
                "-NoModule",
                "-Command",
                $"Import-Module '{copy}'; [Diagnostics.Process]::GetCurrentProcess().Modules.ModuleName | Where-Object {{ $_ -match 'torch|OpenCv' }}");

            Assert.Equal(("", "", 0), (run.Output, run.Error, run.ExitCode));
            Assert.Equal(before, Snapshot(copy));
        }
        finally
        {
            MakeReadOnly(copy, false);
        }
    }

    [Fact]
    public void A_second_copy_in_place_of_the_first_is_refused_with_a_reason()
    {
        var copy = CopyWithoutNatives();

        var run = HostProcess.Run("-Command", $"Remove-Module SleapNn; Import-Module '{copy}'");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("already loaded from", run.Error);
    }

    [Fact]
    public void The_sources_say_that_they_must_be_built()
    {
        var run = HostProcess.Run("-NoModule", "-Command", $"Import-Module '{Path.Combine(ModuleFixture.RepositoryRoot, "SleapNn.psm1")}'");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("out/SleapNn", run.Error);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string[] Snapshot(string path) =>
        [.. Directory.GetFileSystemEntries(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => $"{f} {File.GetLastWriteTimeUtc(f):O}")];

    private static void MakeReadOnly(string path, bool readOnly)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var directory in Directory.GetDirectories(path, "*", SearchOption.AllDirectories).Append(path))
        {
            var mode = UnixFileMode.UserRead | UnixFileMode.UserExecute;
            File.SetUnixFileMode(directory, readOnly ? mode : mode | UnixFileMode.UserWrite);
        }
    }

    private string CopyWithoutNatives()
    {
        var copy = Path.Combine(folder, "SleapNn");
        foreach (var file in Directory.GetFiles(ModuleFixture.ModuleFolder, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(file).Contains(".so", StringComparison.Ordinal) || new FileInfo(file).Length > 20_000_000)
            {
                continue;
            }

            var target = Path.Combine(copy, Path.GetRelativePath(ModuleFixture.ModuleFolder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }
}
