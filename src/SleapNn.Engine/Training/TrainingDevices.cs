using System.Globalization;
using SleapNn.Configuration;
using SleapNn.Runtime;
using TorchSharp;

namespace SleapNn.Training;

/// <summary>
/// Which devices a run trains on: <c>trainer_devices</c>, <c>trainer_device_indices</c>, <c>trainer_accelerator</c> and
/// <c>trainer_strategy</c>, as Lightning understands them.
/// </summary>
internal static class TrainingDevices
{
    /// <summary>What strategies there are, in words.</summary>
    public const string Strategies = "auto, single_device, or ddp and its variants (ddp_spawn, ddp_find_unused_parameters_true and so on), which train a copy of the model on each device";

    /// <summary>Whether a strategy is one that runs here.</summary>
    /// <param name="name">Its name in Lightning.</param>
    public static bool IsSupported(string name) =>
        name is "auto" or "single_device" or "ddp" || name.StartsWith("ddp_", StringComparison.Ordinal);

    /// <summary>The devices of a run, the first of which holds the optimizer.</summary>
    /// <param name="config">The trainer's section.</param>
    /// <param name="asked">
    /// A kind of device (auto, cpu, gpu, cuda, mps) in place of the accelerator, or one or several certain GPUs such as
    /// <c>cuda:0,cuda:1</c> in place of all that the configuration says; null for neither.
    /// </param>
    /// <exception cref="RuntimeException">A device is not there (DeviceAbsent) or is none (DeviceUnknown).</exception>
    /// <exception cref="TrainingException">They do not go together, or the strategy is not supported.</exception>
    public static IReadOnlyList<torch.Device> Of(TrainerConfig config, string? asked)
    {
        NativeLibraries.EnsureLoaded();
        var gpus = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        var devices = Choose(config, asked, gpus, FreeMemory).Select(Devices.Resolve).ToList();
        return devices is [{ type: DeviceType.MPS }, _, ..] ? throw Several("mps") : devices;
    }

    /// <summary>The names of the devices of a run on a machine with a number of GPUs.</summary>
    /// <param name="config">The trainer's section.</param>
    /// <param name="asked">As for <see cref="Of"/>.</param>
    /// <param name="gpus">How many GPUs there are.</param>
    /// <param name="freeBytes">The free memory of each GPU, asked for where only some are to be used; null where nobody knows.</param>
    public static IReadOnlyList<string> Choose(TrainerConfig config, string? asked, int gpus, Func<IReadOnlyList<long>?> freeBytes)
    {
        if (!IsSupported(config.TrainerStrategy))
        {
            throw new TrainingException(
                "TrainingStrategyUnsupported",
                $"There is no support for the strategy '{config.TrainerStrategy}' (trainer_config.trainer_strategy). Use {Strategies}.",
                config.TrainerStrategy);
        }

        var kind = (asked ?? config.TrainerAccelerator).Trim().ToLowerInvariant();
        if (kind.Contains(':', StringComparison.Ordinal) || kind.AsSpan().IndexOfAny(',', ' ') >= 0)
        {
            return Distinct(kind.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries), "-Device");
        }

        var indices = config.TrainerDeviceIndices is { Count: > 0 } given ? given : null;
        var number = indices?.Count ?? config.TrainerDevices as int?;
        if (number == 0)
        {
            throw new TrainingException("TrainingDevicesUnsupported", "Training on no device is asked for (trainer_config.trainer_devices). Set it to auto, or to the number of devices.", 0);
        }

        if (config.TrainerStrategy == "single_device")
        {
            number = number > 1
                ? throw new TrainingException("TrainingDevicesUnsupported", $"The strategy single_device trains on one device, but {number} are asked for. Set trainer_config.trainer_strategy to auto or ddp, or trainer_devices to 1.", number)
                : 1;
        }

        if (kind is "gpu" or "cuda" || (kind == "auto" && gpus > 0))
        {
            return Gpus(indices, number, gpus, freeBytes);
        }

        if (indices is { Count: > 1 } && asked is null)
        {
            throw new RuntimeException(
                "DeviceAbsent",
                $"The list {string.Join(", ", indices)} (trainer_config.trainer_device_indices) names GPUs, but {(kind == "auto" ? "torch finds none on this machine" : $"trainer_accelerator is {kind}")}. Set trainer_device_indices to null and trainer_devices to the number of copies to train on the CPU, or to auto.",
                kind);
        }

        return kind == "mps" && number > 1 ? throw Several(kind) : [.. Enumerable.Repeat(kind, number ?? 1)];
    }

    private static IReadOnlyList<string> Gpus(List<int>? indices, int? number, int gpus, Func<IReadOnlyList<long>?> freeBytes)
    {
        if (gpus == 0)
        {
            // Says what is missing.
            return ["cuda"];
        }

        if (indices is not null)
        {
            return Distinct([.. indices.Select(Name)], "trainer_config.trainer_device_indices");
        }

        var count = number ?? gpus;
        if (count > gpus)
        {
            throw new RuntimeException(
                "DeviceAbsent",
                $"Training on {count} GPUs is asked for (trainer_config.trainer_devices), but torch finds {gpus} on this machine. Set it to {gpus} at most, or to auto for all that there are.",
                count);
        }

        // As in sleap-nn, those that others use the least.
        var free = count < gpus ? freeBytes() : null;
        return
        [
            .. Enumerable.Range(0, gpus)
                .OrderByDescending(i => free is not null && i < free.Count ? free[i] : 0)
                .Take(count)
                .Order()
                .Select(Name),
        ];

        static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"cuda:{index}");
    }

    private static string[] Distinct(string[] names, string where) => names.Distinct().Count() == names.Length
        ? names
        : throw new TrainingException("TrainingDevicesUnsupported", $"A device is named twice ({where}): {string.Join(", ", names)}. Name each once.", string.Join(",", names));

    private static TrainingException Several(string kind) => new(
        "TrainingDevicesUnsupported", $"There is one device of the kind {kind}, but several are asked for. Set trainer_config.trainer_devices to 1 or auto.", kind);

    // The driver numbers the GPUs otherwise where the environment hides or reorders some.
    private static IReadOnlyList<long>? FreeMemory() =>
        Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES") is { Length: > 0 } || NvidiaGpus.Find() is not { } found
            ? null
            : [.. found.Select(gpu => gpu.FreeMemoryBytes ?? 0)];
}
