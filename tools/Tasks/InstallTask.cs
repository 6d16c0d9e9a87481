namespace SleapNn.Tasks;

/// <summary>
/// Installs the module as a user does, for real: packages it, copies the package to a bare folder, fetches the native
/// libraries for the CPU from the package sources of NuGet's configuration, and trains and predicts with a tiny model; in the
/// project's own host and, where it is there, in pwsh.
/// </summary>
internal static class InstallTask
{
    public static int Run(string root)
    {
        if (PackageTask.Run(root) is not 0 and var code)
        {
            return code;
        }

        var bare = Directory.CreateTempSubdirectory("sleapnn-install-").FullName;
        try
        {
            var module = Path.Combine(bare, "SleapNn");
            Copy(PackageTask.Folder(root), module);

            // The user's own folder of runtimes must neither help nor be filled. Where this does not move it (Windows, macOS), the
            // libraries go beside the module.
            Environment.SetEnvironmentVariable("XDG_DATA_HOME", Path.Combine(bare, "data"));
            Environment.SetEnvironmentVariable("SLEAPNN_NATIVE", null);
            Environment.SetEnvironmentVariable("SLEAPNN_RUNTIME", OperatingSystem.IsLinux() ? null : Path.Combine(module, "runtime"));
            var script = Path.Combine(root, "tools", "Tasks", "Install.ps1");
            string[] arguments = ["-ModulePath", module, "-OutputPath", Path.Combine(bare, "work")];

            Console.WriteLine("== in the host");
            code = Repository.Run(root, "dotnet", [Repository.Host(root), "-NoLogo", "-NoModule", "-File", script, .. arguments])
                ?? Repository.Fail("The program 'dotnet' cannot be found.");
            if (code != 0)
            {
                return code;
            }

            Console.WriteLine("== in pwsh");
            var inPwsh = Repository.Run(root, "pwsh", ["-NoProfile", "-NonInteractive", "-File", script, .. arguments, "-Installed"]);
            if (inPwsh is null)
            {
                Console.WriteLine("pwsh is not installed, so it was not tried there.");
            }

            return inPwsh ?? 0;
        }
        finally
        {
            Directory.Delete(bare, recursive: true);
        }
    }

    private static void Copy(string source, string target)
    {
        foreach (var file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
