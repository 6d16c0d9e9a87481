using System.Text.Json;
using System.Text.RegularExpressions;

namespace SleapNn.Automation;

/// <summary>
/// The user's automations: for each a script and a description in the folder <c>sleapnn/automation</c> of the user's configuration,
/// or in the folder that <c>SLEAPNN_AUTOMATION</c> names.
/// </summary>
public static partial class AutomationStore
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() },
    };

    /// <summary>The folder.</summary>
    public static string Folder => Environment.GetEnvironmentVariable("SLEAPNN_AUTOMATION") is { Length: > 0 } given
        ? Path.GetFullPath(given)
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "sleapnn", "automation");

    /// <summary>Demands a name that can be a part of file, unit and task names.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="AutomationException">It cannot (AutomationName).</exception>
    public static void RequireName(string name)
    {
        if (!Name().IsMatch(name))
        {
            throw new AutomationException("AutomationName", $"'{name}' cannot be the name of an automation: use up to 64 letters, digits, dots, dashes and underscores, with a letter or digit first.", name);
        }
    }

    /// <summary>The path of a file of an automation.</summary>
    /// <param name="name">The automation's name.</param>
    /// <param name="extension">Its extension, with the dot.</param>
    /// <returns>The full path.</returns>
    public static string PathOf(string name, string extension) => Path.Combine(Folder, name + extension);

    /// <summary>Writes the description of an automation.</summary>
    /// <param name="automation">The automation.</param>
    public static void Save(SleapAutomation automation) =>
        AtomicFile.WriteText(PathOf(automation.Name, ".json"), JsonSerializer.Serialize(automation, Json) + "\n");

    /// <summary>The names of all automations.</summary>
    public static IReadOnlyList<string> Names => [.. Descriptions().Select(path => Path.GetFileNameWithoutExtension(path))];

    /// <summary>All automations, by name, with what their schedulers and journals tell.</summary>
    /// <returns>The automations.</returns>
    /// <exception cref="AutomationException">A description cannot be read (AutomationDamaged).</exception>
    public static IReadOnlyList<SleapAutomation> List() => [.. Descriptions().Select(Read)];

    /// <summary>Takes an automation off its scheduler and deletes its files. Its log, journal and results stay.</summary>
    /// <param name="automation">The automation.</param>
    /// <param name="successor">One of the same name with another scheduler, which keeps what it has taken over; null for none.</param>
    /// <exception cref="AutomationException">The scheduler refuses.</exception>
    public static void Remove(SleapAutomation automation, SleapAutomation? successor = null)
    {
        var scheduler = Schedulers.Of(automation.Kind);
        scheduler.Remove(automation.Name);
        foreach (var file in automation.Files.Append(PathOf(automation.Name, CronScheduler.OutputExtension)).Except(successor?.Files ?? []))
        {
            File.Delete(file);
        }

        scheduler.Refresh();
        if (successor is null)
        {
            File.Delete(PathOf(automation.Name, ".json"));
        }
    }

    private static IEnumerable<string> Descriptions() => !Directory.Exists(Folder)
        ? []
        : Directory.EnumerateFiles(Folder, "*.json").Where(path => !Path.GetFileName(path).StartsWith('.')).Order(StringComparer.Ordinal);

    private static SleapAutomation Read(string path)
    {
        SleapAutomation automation;
        try
        {
            automation = JsonSerializer.Deserialize<SleapAutomation>(File.ReadAllText(path), Json) ?? throw new JsonException("It is empty.");
        }
        catch (JsonException error)
        {
            throw new AutomationException("AutomationDamaged", $"'{path}' does not describe an automation: {error.Message} Delete it, and register the automation again with -Force.", path, error);
        }

        var isScheduled = Schedulers.Of(automation.Kind).Has(automation.Name);
        return WatchJournal.LastLine(automation.JournalPath, "end") is not { } last ? automation with { IsScheduled = isScheduled } : automation with
        {
            IsScheduled = isScheduled,
            LastRun = ((DateTime?)last["time"])?.ToLocalTime(),
            LastDone = (int?)last["done"],
            LastExitCode = (int?)last["exitCode"],
        };
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex Name();
}
