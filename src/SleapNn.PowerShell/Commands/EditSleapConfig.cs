using System.Management.Automation;
using SleapNn.Configuration;
using IOPath = System.IO.Path;

namespace SleapNn.PowerShell.Commands;

/// <summary>Opens a configuration in a text editor and checks what comes back.</summary>
[Cmdlet(VerbsData.Edit, "SleapConfig", DefaultParameterSetName = "InputObject", SupportsShouldProcess = true)]
[OutputType(typeof(SleapConfig))]
public sealed class EditSleapConfig : SleapCmdlet
{
    /// <summary>The configuration; it is not changed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    [ValidateNotNull]
    public SleapConfig InputObject { get; set; } = null!;

    /// <summary>The configuration file, which is replaced.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The configuration file, as it is written.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string LiteralPath { get; set; } = "";

    /// <summary>The editor's command line.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Editor { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        var file = ParameterSetName == "InputObject" ? null : ResolveExistingPath(ParameterSetName == "Path" ? Path : LiteralPath, ParameterSetName == "LiteralPath");
        var before = file is null ? ConfigFile.ToYaml(InputObject) : ConfigFile.ReadText(file);
        var command = TextEditor.Command(Editor);
        if (!ShouldProcess(file ?? "the configuration", $"Edit in '{command}'"))
        {
            return;
        }

        RequireUser();
        var folder = Directory.CreateTempSubdirectory("sleapnn-edit-").FullName;
        var draft = IOPath.Combine(folder, IOPath.GetFileName(file) ?? "config.yaml");
        File.WriteAllText(draft, before);
        SleapConfig config;
        string after;
        try
        {
            RunPumped((_, token) =>
            {
                TextEditor.Edit(command, draft, token);
                return true;
            });
            after = ConfigFile.ReadText(draft);
            config = ConfigFile.Parse(after, "The edited text");
        }
        catch (ConfigException e) when (e.ErrorId is not ("EditorFailed" or "EditorNotFound"))
        {
            throw new ConfigException(e.ErrorId, $"{e.Message} Your text is kept in '{draft}': correct it with Edit-SleapConfig -Path, or read it with Import-SleapConfig.", draft, e);
        }

        foreach (var finding in ConfigValidator.Validate(config, ResolveOutputPath(".")).Where(finding => finding.Severity == FindingSeverity.Error))
        {
            WriteWarning($"{finding.Path}: {finding.Message} {finding.Fix}");
        }

        if (file is null)
        {
            // The text never held it.
            if (InputObject.TrainerConfig.Wandb.RevealApiKey() is { } secret && config.TrainerConfig.Wandb.ApiKey is null)
            {
                config.TrainerConfig.Wandb.ApiKey = secret;
            }
        }
        else if (after != before)
        {
            AtomicFile.WriteText(file, after);
        }

        Directory.Delete(folder, recursive: true);
        WriteObject(config);
    }

    private void RequireUser()
    {
        var asked = Environment.GetCommandLineArgs().Skip(1).Any(argument =>
            argument.StartsWith("-noni", StringComparison.OrdinalIgnoreCase) && "-noninteractive".StartsWith(argument, StringComparison.OrdinalIgnoreCase));
        if (asked || !Environment.UserInteractive || (Editor is null && Console.IsInputRedirected))
        {
            throw new ConfigException(
                "EditorNeedsUser",
                "There is nobody to edit the text: this session is not interactive. Change the configuration with Set-SleapConfig"
                    + (asked ? "." : ", or name a program that edits by itself with -Editor."));
        }
    }
}
