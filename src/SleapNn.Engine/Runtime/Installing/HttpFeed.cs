using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace SleapNn.Runtime.Installing;

/// <summary>A NuGet server that speaks protocol version 3: its index names the resources, which name the packages.</summary>
internal sealed class HttpFeed : PackageFeed
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All })
    {
        Timeout = TimeSpan.FromSeconds(60),
    };

    private Resources? resources;

    /// <summary>What the server wants to know of the user; null where there is nothing to tell.</summary>
    public AuthenticationHeaderValue? Authorization { get; init; }

    /// <inheritdoc/>
    public override PackageLocation? Find(PackageIdentity package, CancellationToken token)
    {
        var known = Index(token);
        if (!Versions(package.Id, token).Contains(package.LowerVersion, StringComparer.OrdinalIgnoreCase))
        {
            return null;
        }

        var address = new Uri(known.Packages, $"{package.LowerId}/{package.LowerVersion}/{package.FileName}");
        return new PackageLocation(address, Hash(package, token), AuthorizationFor(address));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Versions(string id, CancellationToken token)
    {
        var address = new Uri(Index(token).Packages, $"{id.ToLowerInvariant()}/index.json");
        using var json = Ask(address, mayBeAbsent: true, token);
        if (json is null)
        {
            return [];
        }

        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("versions", out var versions) && versions.ValueKind == JsonValueKind.Array
            ? [.. versions.EnumerateArray().Select(version => version.GetString() ?? "")]
            : throw Invalid(address, "it lists no versions");
    }

    /// <summary>The hash that the catalogue has of a package. Many servers keep none.</summary>
    private string? Hash(PackageIdentity package, CancellationToken token)
    {
        if (Index(token).Registrations is not { } registrations)
        {
            return null;
        }

        using var leaf = Ask(new Uri(registrations, $"{package.LowerId}/{package.LowerVersion}.json"), mayBeAbsent: true, token);
        if (leaf is null || leaf.RootElement.ValueKind != JsonValueKind.Object || !leaf.RootElement.TryGetProperty("catalogEntry", out var entry))
        {
            return null;
        }

        if (entry.ValueKind != JsonValueKind.String)
        {
            return HashIn(entry);
        }

        if (!Uri.TryCreate(entry.GetString(), UriKind.Absolute, out var address))
        {
            return null;
        }

        using var details = Ask(address, mayBeAbsent: true, token);
        return details is null ? null : HashIn(details.RootElement);
    }

    private static string? HashIn(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object
        && entry.TryGetProperty("packageHashAlgorithm", out var algorithm) && algorithm.ValueEquals("SHA512")
        && entry.TryGetProperty("packageHash", out var hash)
            ? hash.GetString()
            : null;

    private Resources Index(CancellationToken token)
    {
        if (resources is not null)
        {
            return resources;
        }

        var address = new Uri(Address);
        using var json = Ask(address, mayBeAbsent: false, token)!;
        if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("resources", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            throw Invalid(address, "it is no index of a NuGet feed of protocol version 3");
        }

        var packages = Resource(list, "PackageBaseAddress/") ?? throw Invalid(address, "it names no address of packages (PackageBaseAddress)");
        return resources = new Resources(packages, Resource(list, "RegistrationsBaseUrl"));
    }

    // Of several versions of a resource the newest is taken, which sorts last.
    private static Uri? Resource(JsonElement list, string kind)
    {
        var found = list.EnumerateArray()
            .Where(item => item.ValueKind == JsonValueKind.Object && item.TryGetProperty("@type", out _) && item.TryGetProperty("@id", out _))
            .Select(item => (Type: item.GetProperty("@type").ToString(), Id: item.GetProperty("@id").ToString()))
            .Where(item => item.Type.StartsWith(kind, StringComparison.Ordinal))
            .OrderBy(item => item.Type, StringComparer.Ordinal)
            .Select(item => item.Id)
            .LastOrDefault();
        return found is not null && Uri.TryCreate(found.EndsWith('/') ? found : found + "/", UriKind.Absolute, out var address) ? address : null;
    }

    private JsonDocument? Ask(Uri address, bool mayBeAbsent, CancellationToken token)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Authorization = AuthorizationFor(address);
            using var response = Client.Send(request, HttpCompletionOption.ResponseContentRead, token);
            if (response.StatusCode == HttpStatusCode.NotFound && mayBeAbsent)
            {
                return null;
            }

            if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            {
                throw Denied(Name, address, response.StatusCode);
            }

            response.EnsureSuccessStatusCode();
            using var body = response.Content.ReadAsStream(token);
            return JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw Invalid(address, "it is no JSON", e);
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            throw Invalid(address, "there is nothing at this address", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !token.IsCancellationRequested))
        {
            throw Unreachable(Name, address, e);
        }
    }

    /// <summary>The error for a server that refuses.</summary>
    internal static RuntimeException Denied(string name, Uri address, HttpStatusCode status) => new(
        "RuntimeSourceDenied",
        $"The package source {name} refuses '{address}' ({(int)status}). Put the user name and password (or token) for it into NuGet's " +
        "configuration ('dotnet nuget update source'), or name another source with -Source.",
        address.ToString());

    /// <summary>The error for a server that does not answer.</summary>
    internal static RuntimeException Unreachable(string name, Uri address, Exception error) => new(
        "RuntimeSourceUnreachable",
        $"The package source {name} cannot be reached at '{address}': {(error is OperationCanceledException ? "it did not answer." : error.Message)} " +
        "Check the connection and the proxy (HTTPS_PROXY), or name another source, also a folder, with -Source. What has arrived is kept: run the same command again.",
        address.ToString(),
        error);

    // The user's secret goes to the host that it was configured for, and to no other.
    private AuthenticationHeaderValue? AuthorizationFor(Uri address) =>
        Uri.TryCreate(Address, UriKind.Absolute, out var own) && own.Host == address.Host && own.Port == address.Port ? Authorization : null;

    private RuntimeException Invalid(Uri address, string why, Exception? inner = null) => new(
        "RuntimeSourceInvalid",
        $"The package source {Name} gives no sensible answer at '{address}': {why}. A feed's address usually ends in /v3/index.json.",
        address.ToString(),
        inner);

    private sealed record Resources(Uri Packages, Uri? Registrations);
}
