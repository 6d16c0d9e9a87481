using System.Management.Automation;

namespace SleapNn.PowerShell.Commands;

/// <summary>The base of cmdlets that look at models: takes model folders, files in them, runs and wildcards.</summary>
public abstract class ModelPathCmdlet : SleapCmdlet
{
    private static readonly string[] ModelFiles = ["training_config.yaml", "training_config.yml", "best.ckpt", "last.ckpt", "training_config.json", "best_model.h5"];

    /// <summary>The models.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path")]
    [Alias("ModelPath", "RunPath", "FullName")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ModelPathTransformation]
    [ArgumentCompleter(typeof(ModelPathCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary>The models, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelPathCompleter))]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected sealed override void Process()
    {
        foreach (var path in ParameterSetName == "LiteralPath" ? ResolvePaths(LiteralPath, literal: true) : Path.SelectMany(Resolve))
        {
            try
            {
                ProcessModel(path);
            }
            catch (SleapException e)
            {
                WriteError(e);
            }
        }
    }

    /// <summary>Handles one model. A <see cref="SleapException"/> becomes a non-terminating error and the next model follows.</summary>
    /// <param name="path">The full path of a model folder, or of a file in one.</param>
    protected abstract void ProcessModel(string path);

    /// <summary>Whether a file or folder is, or holds, something of a model.</summary>
    /// <param name="path">The full path.</param>
    internal static bool IsModel(string path) => File.Exists(path)
        ? System.IO.Path.GetExtension(path) is ".ckpt" || ModelFiles.Contains(System.IO.Path.GetFileName(path))
        : ModelFiles.Any(name => File.Exists(System.IO.Path.Combine(path, name)));

    /// <summary>What exists under its own name is meant by it; a wildcard means each model that it matches.</summary>
    private IEnumerable<string> Resolve(string path)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path) || System.IO.Path.Exists(ResolveOutputPath(path)))
        {
            return ResolvePaths([path], literal: true);
        }

        var models = ResolvePaths([path]).Where(IsModel).ToList();

        // A wildcard for the content of a model folder matches several files of one model.
        return models.GroupBy(model => Directory.Exists(model) ? model : System.IO.Path.GetDirectoryName(model))
            .SelectMany(files => files.Any(file => file.EndsWith(".ckpt", StringComparison.Ordinal)) ? files.Where(file => file.EndsWith(".ckpt", StringComparison.Ordinal)) : files.Take(1));
    }
}
