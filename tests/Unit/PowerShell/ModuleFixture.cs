using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PS = System.Management.Automation.PowerShell;

namespace SleapNn.Tests.Module;

/// <summary>
/// A PowerShell session with the built module imported, as a user has it. Use it as a class fixture; each script runs
/// in a scope of its own.
/// </summary>
public sealed class ModuleFixture : IDisposable
{
    private readonly Runspace runspace;

    public ModuleFixture()
    {
        runspace = RunspaceFactory.CreateRunspace(SleapNn.Host.HostSession.CreateInitialState());
        runspace.Open();
        SleapNn.Host.HostSession.RepairRootDrive(runspace);
        var import = Invoke("Import-Module -Name $path -ErrorAction Stop", new { path = ModuleFolder });
        if (import.Failure is not null)
        {
            throw new InvalidOperationException($"The module could not be imported: {import.Failure}", import.Failure.Exception);
        }
    }

    /// <summary>The repository's root.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The built module.</summary>
    public static string ModuleFolder { get; } =
        Environment.GetEnvironmentVariable("SLEAPNN_MODULE") is { Length: > 0 } given ? given : Path.Combine(RepositoryRoot, "out", "SleapNn");

    /// <summary>Runs a script to its end and returns all that it wrote.</summary>
    /// <param name="script">PowerShell text.</param>
    /// <param name="variables">An object whose properties become variables of the script: <c>new { path }</c> gives <c>$path</c>.</param>
    public ModuleResult Invoke(string script, object? variables = null)
    {
        using var shell = Create(script, variables);
        var output = new List<PSObject>();
        ErrorRecord? failure = null;
        try
        {
            output.AddRange(shell.Invoke());
        }
        catch (System.Management.Automation.RuntimeException e)
        {
            failure = e.ErrorRecord;
        }

        return new ModuleResult(
            output,
            [.. shell.Streams.Error],
            failure,
            [.. shell.Streams.Warning.Select(w => w.Message)],
            [.. shell.Streams.Verbose.Select(v => v.Message)],
            [.. shell.Streams.Progress],
            [.. shell.Streams.Information.Select(i => i.MessageData?.ToString() ?? "")]);
    }

    /// <summary>Runs a script that must write neither errors nor fail, and returns the base objects of its output.</summary>
    public IReadOnlyList<object> Run(string script, object? variables = null) =>
        [.. Invoke(script, variables).Succeeded().Output.Select(o => o.BaseObject)];

    /// <summary>Runs a script that must return one object of a type.</summary>
    public T RunSingle<T>(string script, object? variables = null) => Assert.IsType<T>(Assert.Single(Run(script, variables)), exactMatch: false);

    /// <summary>Starts a script, stops it as Ctrl-C does once <paramref name="when"/> holds, and returns how long the stop took.</summary>
    public TimeSpan Stop(string script, Func<PSDataStreams, bool> when, object? variables = null, TimeSpan? startLimit = null)
    {
        using var shell = Create(script, variables);
        var running = shell.BeginInvoke();
        var limit = DateTime.UtcNow + (startLimit ?? TimeSpan.FromSeconds(60));
        while (!when(shell.Streams))
        {
            // The error stream is read only once the script has ended: enumerating it waits for that.
            if (running.IsCompleted)
            {
                Assert.Fail($"The script ended before it could be stopped. {string.Join(" ", shell.Streams.Error)}");
            }

            Assert.True(DateTime.UtcNow < limit, "The script did not get to the point where it should be stopped.");
            Thread.Sleep(20);
        }

        var clock = System.Diagnostics.Stopwatch.StartNew();
        shell.Stop();
        return clock.Elapsed;
    }

    /// <summary>Runs a script in the session's own scope, as somebody types it, so that the next one finds its variables.</summary>
    /// <param name="script">PowerShell text.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="variables">An object whose properties become variables of the session.</param>
    /// <returns>What went wrong; null where nothing did.</returns>
    public string? RunInSession(string script, TimeSpan patience, object? variables = null)
    {
        foreach (var variable in variables?.GetType().GetProperties() ?? [])
        {
            runspace.SessionStateProxy.SetVariable(variable.Name, variable.GetValue(variables));
        }

        using var shell = PS.Create(runspace);
        shell.AddScript(script, useLocalScope: false).AddCommand("Out-Default");
        var running = shell.BeginInvoke();
        if (!running.AsyncWaitHandle.WaitOne(patience))
        {
            shell.Stop();
            return $"it takes more than {patience.TotalMinutes} minutes";
        }

        try
        {
            shell.EndInvoke(running);
            return shell.Streams.Error.Count == 0 ? null : string.Join(" ", shell.Streams.Error.Select(Describe));
        }
        catch (System.Management.Automation.RuntimeException e)
        {
            return Describe(e.ErrorRecord);
        }

        static string Describe(ErrorRecord error) => $"{error} ({error.FullyQualifiedErrorId}) at '{error.InvocationInfo?.Line.Trim()}'";
    }

    /// <inheritdoc/>
    public void Dispose() => runspace.Dispose();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SleapNn.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run outside the repository.");
    }

    private PS Create(string script, object? variables)
    {
        var shell = PS.Create(runspace);
        var names = variables?.GetType().GetProperties() ?? [];
        var parameters = string.Join(", ", names.Select(n => "$" + n.Name));
        shell.AddScript($"param({parameters})\n{script}", useLocalScope: true);
        foreach (var name in names)
        {
            shell.AddParameter(name.Name, name.GetValue(variables));
        }

        return shell;
    }
}
