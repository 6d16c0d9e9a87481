using System.Management.Automation;
using SleapNn.Automation;
using SleapNn.Runtime;
using SleapNn.Tracking;

namespace SleapNn.PowerShell.Commands;

/// <summary>Has a scheduler watch a folder.</summary>
[Cmdlet(VerbsLifecycle.Register, "SleapAutomation", SupportsShouldProcess = true, DefaultParameterSetName = "Interval")]
[OutputType(typeof(SleapAutomation))]
public sealed class RegisterSleapAutomation : WatchCmdlet
{
    /// <summary>The name.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The time from one look to the next.</summary>
    [Parameter(ParameterSetName = "Interval")]
    [DurationTransformation]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The time of day.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "At")]
    public DateTime At { get; set; }

    /// <summary>What starts it.</summary>
    [Parameter]
    public AutomationKind Kind { get; set; }

    /// <summary>The program that runs the script.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Executable { get; set; }

    /// <summary>Replace an automation.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Begin()
    {
        AutomationStore.RequireName(Name);
        var schedule = ParameterSetName == "At" ? AutomationSchedule.Daily(TimeOnly.FromDateTime(At)) : AutomationSchedule.Every(Interval);
        var settings = Settings();
        var models = Models();
        Options();
        OptionsOfTracking()?.Validate();
        var earlier = AutomationStore.List().FirstOrDefault(known => string.Equals(known.Name, Name, StringComparison.OrdinalIgnoreCase));
        if (earlier is not null && !Force)
        {
            throw new AutomationException("AutomationExists", $"There is an automation '{earlier.Name}' already. Choose another name, remove it with Unregister-SleapAutomation, or replace it with -Force.", Name);
        }

        // Its files and the scheduler may not tell capitals from others, and know the name as it was.
        Name = earlier?.Name ?? Name;

        var kind = Kind == AutomationKind.Auto ? Schedulers.Choose() : Kind;
        var scheduler = Schedulers.Of(kind);
        var logPath = LogPath is null ? AutomationStore.PathOf(Name, ".log") : ResolveOutputPath(LogPath);
        var script = new PlannedFile(AutomationStore.PathOf(Name, ".ps1"), AutomationScript.Write(Name, ModuleFolder, WatchParameters(settings, models, logPath)));
        var job = new ScheduledJob(Name, $"SleapNn predicts on the videos in {settings.Folder}", Command(script.Path, kind), schedule, AutomationStore.Folder);
        IReadOnlyList<PlannedFile> files = [script, .. scheduler.Plan(job)];
        if (!AllowAll(files, scheduler.Describe(job)))
        {
            return;
        }

        var automation = new SleapAutomation
        {
            Name = Name,
            Kind = kind,
            Path = settings.Folder,
            OutputPath = settings.Root,
            Schedule = schedule.ToString(),
            Program = job.Command.Program,
            Arguments = job.Command.Arguments,
            ScriptPath = script.Path,
            LogPath = logPath,
            JournalPath = settings.JournalPath,
            Files = [.. files.Select(file => file.Path)],
            Registered = DateTime.Now,
        };
        Register(automation, files, scheduler, job);
        if (earlier is not null && earlier.Kind != kind)
        {
            AutomationStore.Remove(earlier, automation);
        }

        WriteObject(automation with { IsScheduled = true });
    }

    private string ModuleFolder => MyInvocation.MyCommand.Module?.ModuleBase is { Length: > 0 } folder && File.Exists(System.IO.Path.Combine(folder, "SleapNn.psd1"))
        ? folder
        : System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(typeof(RegisterSleapAutomation).Assembly.Location)!)!;

    private bool AllowAll(IReadOnlyList<PlannedFile> files, string rest)
    {
        // With -WhatIf all of them are shown; the answers of -Confirm are about the whole.
        var isAllowed = true;
        foreach (var file in files)
        {
            isAllowed &= ShouldProcess($"Write '{file.Path}':\n\n{file.Content}", $"Write '{file.Path}'?", $"Register the automation {Name}");
        }

        return isAllowed & ShouldProcess(rest, $"{rest}?", $"Register the automation {Name}");
    }

    // An automation that this one replaces goes on where this one cannot be registered.
    private void Register(SleapAutomation automation, IReadOnlyList<PlannedFile> files, IScheduler scheduler, ScheduledJob job)
    {
        var before = files.ToDictionary(file => file.Path, file => File.Exists(file.Path) ? File.ReadAllBytes(file.Path) : null);
        try
        {
            foreach (var file in files)
            {
                file.Write();
            }

            if (scheduler.Add(job) is { } note)
            {
                WriteWarning(note);
            }

            AutomationStore.Save(automation);
        }
        catch
        {
            foreach (var (path, content) in before)
            {
                if (content is null)
                {
                    File.Delete(path);
                }
                else
                {
                    AtomicFile.Write(path, stream => stream.Write(content));
                }
            }

            throw;
        }
    }

    // All that Watch-SleapFolder takes as well, with full paths: the scheduler starts it somewhere else.
    private Dictionary<string, object> WatchParameters(WatchSettings settings, string[] models, string logPath)
    {
        var own = typeof(RegisterSleapAutomation).GetProperties().Where(property => property.DeclaringType == typeof(RegisterSleapAutomation)).Select(property => property.Name);
        var known = typeof(WatchSleapFolder).GetProperties().Concat(typeof(TrackingOptions).GetProperties()).Select(property => property.Name).Except(own).ToHashSet();
        var parameters = new Dictionary<string, object> { [nameof(Path)] = settings.Folder, [nameof(Model)] = models, [nameof(LogPath)] = logPath };
        if (settings.OutputFolder is { } output)
        {
            parameters[nameof(OutputPath)] = output;
        }

        foreach (var (name, value) in MyInvocation.BoundParameters.Where(pair => known.Contains(pair.Key) && !parameters.ContainsKey(pair.Key)))
        {
            parameters[name] = value;
        }

        return parameters;
    }

    private CommandLine Command(string script, AutomationKind kind)
    {
        var program = Executable is null ? FindExecutable() : FindGiven(Executable);
        var isPwsh = IsNamed(program, "pwsh");
        string[] window = isPwsh && kind == AutomationKind.TaskScheduler ? ["-WindowStyle", "Hidden"] : [];
        var root = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        return new CommandLine(program, ["-NoLogo", "-NoProfile", "-NonInteractive", .. window, "-File", script])
        {
            // The host finds its runtime by it, where that is not installed for all users.
            Environment = isPwsh || string.IsNullOrEmpty(root) ? new Dictionary<string, string>() : new Dictionary<string, string> { ["DOTNET_ROOT"] = root },
        };
    }

    private string FindGiven(string given) =>
        System.IO.Path.GetFileName(given) == given && ProgramRunner.Find(given) is { } found ? found : ResolveExistingPath(given);

    // pwsh where it is, by the name under which it stays through updates; else the host beside the module.
    private string FindExecutable()
    {
        var present = Environment.ProcessPath;
        if (ProgramRunner.Find("pwsh") is { } pwsh)
        {
            return pwsh;
        }

        if (present is not null && (IsNamed(present, "pwsh") || IsNamed(present, "sleapnn")))
        {
            return present;
        }

        var name = OperatingSystem.IsWindows() ? "sleapnn.exe" : "sleapnn";
        string[] places = [System.IO.Path.Combine(ModuleFolder, "..", "host", name), System.IO.Path.Combine(ModuleFolder, "..", name)];
        return places.Where(File.Exists).Select(System.IO.Path.GetFullPath).FirstOrDefault() ?? throw new AutomationException(
            "ExecutableNotFound",
            "There is neither pwsh in PATH nor the program sleapnn beside the module, so nothing could run the script. Install PowerShell, or name the program with -Executable.",
            ModuleFolder);
    }

    private static bool IsNamed(string path, string name) => string.Equals(System.IO.Path.GetFileNameWithoutExtension(path), name, StringComparison.OrdinalIgnoreCase);
}
