using System.Diagnostics;

namespace SleapNn.Tasks;

/// <summary>The repository's folders, and other programs run in it.</summary>
internal static class Repository
{
    public static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SleapNn.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("This tool runs inside the repository only.");
    }

    public static string ModuleFolder(string root) => Path.Combine(root, "out", "SleapNn");

    public static string Host(string root) => Path.Combine(root, "out", "host", "sleapnn.dll");

    public static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return 2;
    }

    /// <summary>Runs a program with this console; null where the program cannot be found.</summary>
    public static int? Run(string root, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = root, UseShellExecute = false };
        try
        {
            using var process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
