using System.Text.RegularExpressions;
using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.Runtime;
using TorchSharp;

namespace SleapNn.Models;

/// <summary>
/// The ImageNet weights of ConvNeXt and Swin Transformer that torchvision publishes: <c>pre_trained_weights</c>. A file
/// is fetched once and kept in <see cref="CacheFolder"/>.
/// </summary>
public static partial class PublishedWeights
{
    /// <summary>The environment variable that names the folder where fetched files are kept.</summary>
    public const string CacheVariable = "SLEAPNN_CACHE";

    /// <summary>
    /// The environment variable that names another source than PyTorch's public address: a web address or a folder that has
    /// files of the published names, or one file (ending in <c>.pth</c>) at a web address or on disk.
    /// </summary>
    public const string SourceVariable = "SLEAPNN_WEIGHTS";

    private const string PublicAddress = "https://download.pytorch.org/models";
    private const string EncoderPrefix = "backbone.enc.";
    private const string StemWeight = "features.0.0.weight";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    // The end of a name is the start of the file's SHA-256. torchvision's DEFAULT of each, as sleap-nn takes it.
    private static readonly Dictionary<string, string> Files = new(StringComparer.Ordinal)
    {
        ["ConvNeXt_Tiny_Weights"] = "convnext_tiny-983f1562.pth",
        ["ConvNeXt_Small_Weights"] = "convnext_small-0c510722.pth",
        ["ConvNeXt_Base_Weights"] = "convnext_base-6075fbad.pth",
        ["ConvNeXt_Large_Weights"] = "convnext_large-ea097f82.pth",
        ["Swin_T_Weights"] = "swin_t-704ceda3.pth",
        ["Swin_S_Weights"] = "swin_s-5e29d889.pth",
        ["Swin_B_Weights"] = "swin_b-68c6b09e.pth",
    };

    /// <summary>Where fetched files are kept: the folder of <see cref="CacheVariable"/>, or <c>sleapnn</c> in the user's cache folder.</summary>
    public static string CacheFolder
    {
        get
        {
            if (Environment.GetEnvironmentVariable(CacheVariable) is { Length: > 0 } given)
            {
                return Path.GetFullPath(given);
            }

            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            var caches = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
                : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg
                : Path.Combine(home, ".cache");
            return Path.Combine(caches, "sleapnn");
        }
    }

    /// <summary>The published weights that a config asks for; null where it asks for none.</summary>
    /// <param name="config">The model's config.</param>
    public static string? NameIn(ModelConfig config) =>
        config.BackboneConfig.GetActive() switch
        {
            ConvNextConfig convnext => convnext.PreTrainedWeights,
            SwinTConfig swint => swint.PreTrainedWeights,
            _ => null,
        };

    /// <summary>Finds a file of published weights, and fetches it where it is not on this machine yet. Blocks until it is there.</summary>
    /// <param name="name">torchvision's name, such as <c>Swin_T_Weights</c>.</param>
    /// <param name="report">Told in words how far the download is, at most a few times a second.</param>
    /// <param name="token">Stops the download; what has arrived is kept, and the next call goes on from there.</param>
    /// <returns>The path of the file, whose hash is right.</returns>
    /// <exception cref="ModelException">
    /// The name is unknown (PublishedWeightsUnknown), the file is not where the source says (PublishedWeightsNotFound), the
    /// server cannot be reached (PublishedWeightsUnreachable), the cache folder cannot be written (PublishedWeightsUnwritable), or the file is not the published one (PublishedWeightsDamaged).
    /// </exception>
    public static string Find(string name, Action<string>? report = null, CancellationToken token = default) =>
        Find(name, Environment.GetEnvironmentVariable(SourceVariable), CacheFolder, Timeout, report, token);

    internal static string Find(
        string name, string? source, string cacheFolder, TimeSpan timeout, Action<string>? report, CancellationToken token)
    {
        if (!Files.TryGetValue(name, out var file))
        {
            throw new ModelException("PublishedWeightsUnknown", $"There are no published weights '{name}'. Choose one of {string.Join(", ", Files.Keys)}.", name);
        }

        if (string.IsNullOrEmpty(source))
        {
            source = PublicAddress;
        }

        var isFile = source.EndsWith(".pth", StringComparison.OrdinalIgnoreCase);
        return Uri.TryCreate(source, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? Fetch(isFile ? address : new Uri($"{source.TrimEnd('/')}/{file}"), cacheFolder, timeout, report, token)
            : OnDisk(isFile ? source : Path.Combine(source, file), name);
    }

    /// <summary>
    /// Sets a model's encoder to published weights; the decoder and the heads stay as they are. For a model of one channel
    /// the first layer's weights are summed over red, green and blue, which gives for a grey image what the published
    /// weights give for that image repeated in three channels.
    /// </summary>
    /// <param name="model">A model with a ConvNeXt or Swin backbone.</param>
    /// <param name="path">The file: a state dict with torchvision's names.</param>
    /// <exception cref="ModelException">The file cannot be read, or its weights do not fit (ModelWeightsMismatch); no weight was changed.</exception>
    public static void Load(PoseModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();
        using var checkpoint = CheckpointFile.Read(path);
        var targets = new OrderedMap<string, torch.Tensor>();
        foreach (var (name, tensor) in model.GetStateDict())
        {
            if (name.StartsWith(EncoderPrefix, StringComparison.Ordinal) && IsLearned(name))
            {
                targets[name[EncoderPrefix.Length..]] = tensor;
            }
        }

        var weights = new OrderedMap<string, torch.Tensor>();
        foreach (var (name, tensor) in checkpoint.StateDict)
        {
            if (!name.StartsWith("classifier.", StringComparison.Ordinal) && !name.StartsWith("head.", StringComparison.Ordinal) && IsLearned(name))
            {
                weights[name] = tensor;
            }
        }

        if (model.InChannels == 1 && weights.TryGetValue(StemWeight, out var stem) && stem.dim() == 4 && stem.shape[1] == 3)
        {
            weights[StemWeight] = stem.sum(1, keepdim: true);
        }

        StateDicts.Load(targets, weights, path, "Published weights fit the backbone of the same size with the sizes of kernels, patches and windows that they were trained with.");
    }

    // Which pairs of positions are how far apart follows from the window's size alone.
    private static bool IsLearned(string name) => !name.EndsWith(".relative_position_index", StringComparison.Ordinal);

    private static string OnDisk(string path, string name)
    {
        if (!File.Exists(path))
        {
            throw new ModelException("PublishedWeightsNotFound", $"There is no file '{path}' with {name}, where {SourceVariable} says it is.", path);
        }

        RequireHash(path);
        return Path.GetFullPath(path);
    }

    private static string Fetch(Uri address, string cacheFolder, TimeSpan timeout, Action<string>? report, CancellationToken token)
    {
        var file = Path.GetFileName(address.LocalPath);
        var target = Path.Combine(cacheFolder, file);
        var hash = HashIn(file);
        if (File.Exists(target))
        {
            RequireHash(target);
            return target;
        }

        try
        {
            FileDownload.Fetch(address, target, hash, timeout, Report, token);
            return target;
        }
        catch (InvalidDataException e)
        {
            throw new ModelException("PublishedWeightsDamaged", $"What {address} sends is not the published file: {e.Message}. Try again, or see whether a proxy stands between.", address.ToString(), e);
        }
        catch (HttpRequestException e) when (e.StatusCode is { } status)
        {
            throw new ModelException("PublishedWeightsNotFound", $"The weights cannot be fetched from {address}: {e.Message}. {ByHand(address, cacheFolder)}", status, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
        {
            throw new ModelException("PublishedWeightsUnreachable", $"The weights cannot be fetched from {address}: {e.Message}. {ByHand(address, cacheFolder)}", address.ToString(), e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ModelException("PublishedWeightsUnwritable", $"The weights cannot be kept in '{cacheFolder}': {e.Message} Name another folder in {CacheVariable}.", cacheFolder, e);
        }

        void Report(long done, long? total) => report?.Invoke(
            total is { } all ? $"Fetching {file} ({done / 1e6:0} of {all / 1e6:0} MB)" : $"Fetching {file} ({done / 1e6:0} MB)");
    }

    private static string ByHand(Uri address, string cacheFolder) =>
        $"Without a connection, fetch {address} elsewhere and put the file into '{cacheFolder}', or name the file or its folder in {SourceVariable}.";

    private static void RequireHash(string path)
    {
        if (HashIn(path) is { } hash && !FileDownload.HasHash(path, hash))
        {
            throw new ModelException("PublishedWeightsDamaged", $"The file '{path}' is not the published one: its SHA-256 does not start with {hash}. Delete it; it is fetched again then.", path);
        }
    }

    private static string? HashIn(string path) => HashInName().Match(path) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex(@"-([0-9a-fA-F]{8,64})\.pth$", RegexOptions.CultureInvariant)]
    private static partial Regex HashInName();
}
