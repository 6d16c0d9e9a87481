using System.Management.Automation.Runspaces;
using System.Reflection;

namespace SleapNn.Host;

/// <summary>
/// Repairs the drive <c>/</c>. PowerShell takes its root from the first mounted file system; in a chroot whose root is
/// no mount point that is <c>/proc</c>, and then no path works. The root of a drive can be set by PowerShell only.
/// </summary>
internal static class RootDrive
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static void Repair(Runspace runspace)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var session = runspace.SessionStateProxy;
        if (session.Drive.GetAll().All(d => d.Name != "/" || d.Root == "/"))
        {
            return;
        }

        // Asked for by its name, the drive is mounted anew, with the right root, and forgotten; this one is kept, in the
        // form that PowerShell gives it where the root folder is a mount point.
        var drive = session.Drive.Get("/");
        Set(drive, "_root", "/");
        Set(drive, "<VolumeSeparatedByColon>k__BackingField", false);
        Set(drive, "<IsAutoMounted>k__BackingField", false);
        var engine = Get(Get(runspace, "ExecutionContext"), "EngineSessionState");
        var scope = Get(engine, "GlobalScope");
        Call(scope, "NewDrive", drive);
        engine.GetType().GetProperty("CurrentDrive", Any)!.SetValue(engine, drive);
        session.Path.SetLocation(Environment.CurrentDirectory);
    }

    private static void Call(object target, string name, object argument) =>
        (target.GetType().GetMethod(name, Any) ?? throw Changed(name)).Invoke(target, [argument]);

    private static void Set(object target, string name, object value) =>
        (target.GetType().GetField(name, Any) ?? throw Changed(name)).SetValue(target, value);

    private static object Get(object target, string name) =>
        (target.GetType().GetProperty(name, Any) ?? throw Changed(name)).GetValue(target)!;

    private static MissingMemberException Changed(string name) =>
        new($"This version of System.Management.Automation has no '{name}', so the drive '/' cannot be repaired.");
}
