using System.Net.Http.Headers;

namespace SleapNn.Runtime.Installing;

/// <summary>Where a package is.</summary>
/// <param name="Address">Its address, or the path of its file.</param>
/// <param name="Hash">The SHA-512 that the feed tells of it, in base64; null where it tells none.</param>
/// <param name="Authorization">What the server wants to know of the user; null where it wants nothing, and for files.</param>
internal sealed record PackageLocation(Uri Address, string? Hash, AuthenticationHeaderValue? Authorization = null);
