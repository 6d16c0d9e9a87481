using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SleapNn.Cluster;

/// <summary>
/// The batch script of a job array. Each run of it trains one configuration; told to make room (before its time limit, or
/// by preemption), it has training save, and puts itself into the queue again, where it goes on from <c>last.ckpt</c>.
/// </summary>
internal static partial class BatchScript
{
    // Slurm's controller counts in minutes, and needs a while to hear of a job that asks for the queue again.
    private static readonly TimeSpan LeastTime = TimeSpan.FromMinutes(1);

    /// <summary>What each run does, in PowerShell.</summary>
    public const string TaskScript =
        """
        # What each run of this job does: trains its configuration, or goes on where it was interrupted.
        param(
            [Parameter(Mandatory)] [string] $ConfigPath,
            [Parameter(Mandatory)] [string] $RunPath,
            [string] $Device
        )

        $ErrorActionPreference = 'Stop'
        $options = if ($Device) { @{ Device = $Device } } else { @{} }
        if (-not [IO.File]::Exists("$RunPath/training_config.yaml")) {
            Start-SleapTraining -LiteralPath $ConfigPath -OutputPath $RunPath -Force -Verbose @options
        }
        elseif ((Get-SleapRun -LiteralPath $RunPath).State -ne 'Finished') {
            Resume-SleapTraining -LiteralPath $RunPath -Verbose @options
        }

        """;

    /// <summary>Writes the script.</summary>
    /// <param name="name">The job's name.</param>
    /// <param name="folder">The job's folder.</param>
    /// <param name="runPaths">The runs' folders, in the order of their numbers.</param>
    /// <param name="resources">What each run asks for.</param>
    /// <param name="environment">What it runs.</param>
    /// <param name="dataPaths">Folders that the runs read and a container must show.</param>
    /// <returns>The text of the script.</returns>
    /// <exception cref="ClusterException">An option is not one (ClusterOptionInvalid).</exception>
    public static string Write(
        string name, string folder, IReadOnlyList<string> runPaths, ClusterResources resources, ClusterEnvironment environment, IEnumerable<string> dataPaths)
    {
        var text = new StringBuilder();
        text.Append(environment.Modules.Count > 0 ? "#!/bin/bash -l\n" : "#!/bin/bash\n");
        text.Append("# Written by Submit-SleapTraining. Each run of this job array trains one configuration of the folder 'configs'.\n");
        foreach (var option in Options(name, runPaths.Count, resources))
        {
            text.Append(ShellText.SbatchLine(option)).Append('\n');
        }

        text.Append($"\njob={ShellText.Quote(folder)}\n");
        text.Append("runs=(\n").AppendJoin("", runPaths.Select(path => $"  {ShellText.Quote(path)}\n")).Append(")\n");
        text.Append($"export SLEAPNN_MODULE={ShellText.Quote(environment.ModulePath)}\n");
        if (environment.Container is null && Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root)
        {
            text.Append($"export DOTNET_ROOT={ShellText.Quote(root)}\n");
        }

        text.Append(Prologue);
        foreach (var module in environment.Modules)
        {
            text.Append($"module load {ShellText.Quote(module)} || fail {ShellText.Quote($"The module {module} could not be loaded")}\n");
        }

        text.Append(Command(folder, runPaths, resources, environment, dataPaths));
        return text.Append(Epilogue).ToString();
    }

    private static IEnumerable<string> Options(string name, int count, ClusterResources resources)
    {
        var limit = resources.TimeLimit is { } time ? TimeSpan.FromMinutes(Math.Ceiling(time.TotalMinutes)) : (TimeSpan?)null;
        var save = resources.SaveTime;
        if (limit < LeastTime || save <= TimeSpan.Zero || save >= limit)
        {
            throw new ClusterException(
                "ClusterTimeLimit",
                $"Of a time limit of {limit?.TotalMinutes:f0} min, {save.TotalMinutes:g3} min are kept for saving: nothing is left to train in. Give a longer time limit or less time to save.",
                resources.TimeLimit);
        }

        yield return $"--job-name={name}";
        yield return string.Create(CultureInfo.InvariantCulture, $"--array=1-{count}{(resources.ThrottleLimit is { } most ? $"%{most}" : "")}");
        if (Given("partition", resources.Partition) is { } partition)
        {
            yield return partition;
        }

        if (Given("account", resources.Account) is { } account)
        {
            yield return account;
        }

        if (Given("qos", resources.Qos) is { } qos)
        {
            yield return qos;
        }

        if (Given("constraint", resources.Constraint) is { } constraint)
        {
            yield return constraint;
        }

        yield return "--nodes=1";
        yield return "--ntasks=1";
        if (resources.CpuCount is { } cores)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"--cpus-per-task={cores}");
        }

        if (Given("mem", resources.Memory) is { } memory)
        {
            yield return memory;
        }

        if (resources.Gpu is { } gpu)
        {
            yield return GpuForm().IsMatch(gpu)
                ? $"--gres=gpu:{gpu}"
                : throw new ClusterException("ClusterOptionInvalid", $"'{gpu}' is no GPU: give a number, a type, or both, such as 1, a100 or a100:1.", gpu);
        }

        if (limit is { } allowed)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"--time={(int)allowed.TotalDays}-{allowed:hh\\:mm\\:ss}");
        }

        // The shell is told, not the program: it has to put the job into the queue again.
        yield return string.Create(CultureInfo.InvariantCulture, $"--signal=B:TERM@{(int)Math.Ceiling(save.TotalSeconds)}");
        yield return "--requeue";
        yield return "--output=/dev/null";
        foreach (var extra in resources.ExtraOptions)
        {
            yield return extra.StartsWith('-')
                ? extra
                : throw new ClusterException("ClusterOptionInvalid", $"'{extra}' is no option of sbatch: give it as one text with its dashes, such as --exclude=node03.", extra);
        }
    }

    private static string? Given(string option, string? value) => string.IsNullOrEmpty(value) ? null : $"--{option}={value}";

    private static string Command(
        string folder, IReadOnlyList<string> runPaths, ClusterResources resources, ClusterEnvironment environment, IEnumerable<string> dataPaths)
    {
        var program = environment.HostPath.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
            ? $"dotnet {ShellText.Quote(environment.HostPath)}"
            : ShellText.Quote(environment.HostPath);
        var command = new StringBuilder();
        if (environment.Container is not null)
        {
            command.Append("engine=$(command -v apptainer || command -v singularity) || fail 'There is neither apptainer nor singularity on this node'\n");
            command.Append("mkdir -p \"$run\"\n");
            var binds = new[] { folder, environment.ModulePath, Path.GetDirectoryName(environment.HostPath)! }
                .Concat(runPaths.Select(path => Path.GetDirectoryName(path)!)).Concat(dataPaths).Distinct().Concat(environment.ContainerBinds);
            command.Append($"train=(\"$engine\" exec{(resources.Gpu is null ? "" : " --nv")}");
            foreach (var bind in binds)
            {
                command.Append($" \\\n  --bind {ShellText.Quote(bind)}");
            }

            command.Append($" \\\n  {ShellText.Quote(environment.Container)} {program})\n");
        }
        else
        {
            command.Append($"train=({program})\n");
        }

        var device = environment.Device is { } name ? $" -Device {ShellText.Quote(name)}" : "";
        command.Append($"\"${{train[@]}}\" -NonInteractive -File \"$job/{JobFolder.TaskScript}\" -ConfigPath \"$job/configs/$n.yaml\" -RunPath \"$run\"{device} </dev/null &\n");
        return command.ToString();
    }

    private const string Prologue =
        """
        n=$SLURM_ARRAY_TASK_ID
        # Not SLURM_JOB_ID: for the last run of an array that is the id of the whole array.
        id=${SLURM_ARRAY_JOB_ID}_$n
        run=${runs[n-1]}
        export OMP_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1}
        exec >>"$job/logs/$n.log" 2>&1

        # Adds a line to the run's journal: the time, what happened, the node, an exit code, a remark.
        note() { printf '%s\t%s\t%s\t%s\t%s\n' "$(date +%s)" "$1" "${SLURMD_NODENAME:-$(hostname)}" "${2-}" "${3-}" >>"$job/state/$n.journal"; }
        fail() { echo "$1."; note end 1 "$1"; exit 1; }

        pid=
        told=
        again=
        trap 'told=1; again=1; if [ -n "$pid" ]; then kill -TERM "$pid" 2>/dev/null; fi' TERM
        note begin
        touch "$job/state/$n.begun"
        echo "== $(date): run $n, job $id on ${SLURMD_NODENAME:-$(hostname)}, attempt $((${SLURM_RESTART_COUNT:-0} + 1))"

        """;

    private const string Epilogue =
        """
        pid=$!
        if [ -n "$told" ]; then
          kill -TERM "$pid" 2>/dev/null
        fi

        # A signal ends a wait before the program has ended.
        while again=; wait "$pid"; code=$?; [ -n "$again" ]; do :; done

        if [ "$code" = 0 ] || [ -z "$told" ]; then
          note end "$code"
          exit "$code"
        fi

        # Told to make room. While Slurm still counts the job as running, its time limit is near and it must ask for the
        # queue itself; else it was cancelled or preempted, and Slurm does what is to be done.
        trap '' TERM
        set -- $(squeue --noheader --jobs="$id" --format='%T %r')
        if [ "${1-}" != RUNNING ] || [ -e "$job/state/$n.stop" ]; then
          note stop "$code" "$*"
          exit "$code"
        fi

        if ! [ "$run/last.ckpt" -nt "$job/state/$n.begun" ]; then
          echo 'Nothing was saved before the time limit.'
          note end "$code" 'nothing was saved before the time limit: a longer one is needed, or more time to save'
          exit "$code"
        fi

        echo "== $(date): saved, to go on later"
        note requeue "$code"
        scontrol requeue "$id" || { note end "$code" 'Slurm did not take it back into the queue'; exit "$code"; }
        # Slurm ends this script now.
        sleep 60
        exit "$code"

        """;

    [GeneratedRegex(@"^(\d+|[A-Za-z][\w.-]*(:\d+)?)$")]
    private static partial Regex GpuForm();
}
