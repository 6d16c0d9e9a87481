using System.Net.Http.Headers;
using System.Text;
using NuGet.Configuration;

namespace SleapNn.Runtime.Installing;

/// <summary>Makes feeds of what the user names, and of NuGet's configuration.</summary>
internal static class PackageFeeds
{
    /// <summary>The feeds to take packages from.</summary>
    /// <param name="given">Addresses, folders or names of configured sources; none takes all configured sources.</param>
    /// <param name="folder">The folder in which a search for NuGet.Config starts.</param>
    /// <param name="warn">Told of configured sources that cannot be used.</param>
    /// <returns>The feeds, at least one.</returns>
    /// <exception cref="RuntimeException">The configuration cannot be read, or names no source that can be used (NuGetConfigInvalid, RuntimeSourceUnsupported, RuntimeSourceNotFound).</exception>
    public static IReadOnlyList<PackageFeed> Resolve(IReadOnlyList<string> given, string folder, Action<string> warn)
    {
        var (sources, mapping) = ReadConfig(folder);
        if (given.Count > 0)
        {
            return [.. given.Select(text => Named(text, sources, folder))];
        }

        var feeds = new List<PackageFeed>();
        foreach (var source in sources.Where(source => source.IsEnabled))
        {
            try
            {
                feeds.Add(FromConfig(source, mapping));
            }
            catch (RuntimeException e)
            {
                warn(e.Message);
            }
        }

        return feeds.Count > 0 ? feeds : throw new RuntimeException(
            "RuntimeSourceNotFound",
            "NuGet's configuration names no package source that can be used. Name one with -Source: a feed's address or a folder with packages.");
    }

    /// <summary>The names of the sources in NuGet's configuration; none where it cannot be read.</summary>
    public static string[] ConfiguredNames()
    {
        try
        {
            return [.. ReadConfig(Environment.CurrentDirectory).Sources.Select(source => source.Name)];
        }
        catch (RuntimeException)
        {
            return [];
        }
    }

    private static PackageFeed Named(string text, IReadOnlyList<PackageSource> sources, string folder)
    {
        // With one source to choose from, a mapping of packages to sources has no say.
        var configured = sources.FirstOrDefault(s => string.Equals(s.Name, text, StringComparison.OrdinalIgnoreCase))
            ?? sources.FirstOrDefault(s => string.Equals(s.Source.TrimEnd('/'), text.TrimEnd('/'), StringComparison.OrdinalIgnoreCase));
        if (configured is not null)
        {
            return FromConfig(configured, mapping: null);
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return Http(text, address, text, isInsecureAllowed: false, authorization: null, mayServe: null);
        }

        var path = Path.GetFullPath(address is { IsFile: true } ? address.LocalPath : text, folder);
        return Directory.Exists(path)
            ? new FolderFeed { Name = path, Address = path }
            : throw new RuntimeException(
                "RuntimeSourceNotFound",
                $"'{text}' is neither the address of a feed, nor a folder, nor the name of a package source. NuGet's configuration has: {string.Join(", ", sources.Select(s => s.Name))}.",
                text);
    }

    private static PackageFeed FromConfig(PackageSource source, PackageSourceMapping? mapping)
    {
        Func<string, bool>? mayServe = mapping is { IsEnabled: true }
            ? id => mapping.GetConfiguredPackageSources(id).Contains(source.Name, StringComparer.OrdinalIgnoreCase)
            : null;
        return source.IsHttp
            ? Http(source.Name, new Uri(source.Source), source.Source, source.AllowInsecureConnections, Authorization(source), mayServe)
            : new FolderFeed { Name = source.Name, Address = source.Source, MayServe = mayServe ?? (_ => true) };
    }

    private static HttpFeed Http(
        string name, Uri address, string text, bool isInsecureAllowed, AuthenticationHeaderValue? authorization, Func<string, bool>? mayServe)
    {
        if (address.Scheme == "http" && !address.IsLoopback && !isInsecureAllowed)
        {
            throw new RuntimeException(
                "RuntimeSourceUnsupported",
                $"The package source {name} is not encrypted (http), so anyone on the way could change what it sends. Use its https address, or allow " +
                "it in NuGet's configuration with allowInsecureConnections=\"true\".",
                text);
        }

        if (!address.AbsolutePath.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            throw new RuntimeException(
                "RuntimeSourceUnsupported",
                $"The package source {name} does not speak NuGet's protocol version 3: its address '{text}' does not end in index.json.",
                text);
        }

        return new HttpFeed { Name = name, Address = address.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped), Authorization = authorization, MayServe = mayServe ?? (_ => true) };
    }

    private static AuthenticationHeaderValue? Authorization(PackageSource source)
    {
        if (source.Credentials is not { } credentials)
        {
            return null;
        }

        try
        {
            return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.Username}:{credentials.Password}")));
        }
        catch (Exception e) when (e is NuGetConfigurationException or NotSupportedException or System.Security.Cryptography.CryptographicException)
        {
            throw new RuntimeException("NuGetConfigInvalid", $"The password of the package source {source.Name} in NuGet's configuration cannot be read: {e.Message}", source.Name, e);
        }
    }

    private static (IReadOnlyList<PackageSource> Sources, PackageSourceMapping Mapping) ReadConfig(string folder)
    {
        try
        {
            var settings = Settings.LoadDefaultSettings(folder);
            return ([.. new PackageSourceProvider(settings).LoadPackageSources()], PackageSourceMapping.GetPackageSourceMapping(settings));
        }
        catch (Exception e) when (e is NuGetConfigurationException or IOException or UnauthorizedAccessException or System.Xml.XmlException)
        {
            throw new RuntimeException("NuGetConfigInvalid", $"NuGet's configuration cannot be read: {e.Message}", folder, e);
        }
    }
}
