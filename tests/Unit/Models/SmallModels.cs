using System.IO.Compression;
using System.Text;
using SleapNn.Checkpoints;
using SleapNn.Configuration;
using SleapNn.Models;
using TorchSharp;

namespace SleapNn.Tests.Models;

/// <summary>Small models with random weights, as folders, and records of what they compute.</summary>
internal static class SmallModels
{
    /// <summary>Writes a model folder with parts a and b, maximum stride 8 and output stride 2.</summary>
    public static string Write(string folder, string head, int seed = 1, string backbone = "unet", Action<SleapConfig>? change = null)
    {
        Directory.CreateDirectory(folder);
        var config = ConfigPresets.Start();
        ConfigPresets.SetBackbone(config, backbone);
        ConfigPresets.SetHead(config, head);
        config.DataConfig.Skeletons = [Skeleton()];
        if (config.ModelConfig.BackboneConfig.Unet is { } unet)
        {
            (unet.Filters, unet.FiltersRate, unet.MaxStride, unet.OutputStride, unet.StemStride) = (4, 1.5, 8, 2, null);
        }

        foreach (var (_, layer) in config.ModelConfig.HeadConfigs.GetActiveLayers())
        {
            layer.OutputStride = 2;
        }

        change?.Invoke(config);
        using var model = PoseModel.Create(config.ModelConfig, config.DataConfig.Skeletons[0], ["x", "y"], seed, (32, 32));
        config.ModelConfig = model.Config;
        ConfigFile.Save(config, Path.Combine(folder, "training_config.yaml"));
        using var checkpoint = new Checkpoint { Epoch = 3 };
        foreach (var (name, tensor) in model.GetStateDict())
        {
            checkpoint.StateDict[Checkpoint.ModelPrefix + name] = tensor.detach().clone();
        }

        CheckpointFile.Write(Path.Combine(folder, "best.ckpt"), checkpoint);
        return folder;
    }

    public static Skeleton Skeleton()
    {
        var skeleton = new Skeleton();
        skeleton.Nodes.AddRange(["a", "b"]);
        skeleton.Edges.Add(new SkeletonEdge(0, 1));
        skeleton.Symmetries.Add(new SkeletonEdge(0, 1));
        return skeleton;
    }

    public static Dictionary<string, torch.Tensor> Run(ModelFolder model, torch.Tensor input)
    {
        using var off = torch.no_grad();
        return model.Model.forward(input);
    }

    /// <summary>Records what a model computes from random numbers.</summary>
    public static string Record(ModelFolder model, string path, string prefix, (string Name, torch.Tensor Values)? further = null, string? leaveOut = null)
    {
        var input = ModelTester.RandomInput(model, 9);
        List<(string, torch.Tensor)> arrays = [("input", input), .. Run(model, input).Where(o => o.Key != leaveOut).Select(o => (prefix + o.Key, o.Value))];
        if (further is { } more)
        {
            arrays.Add(more);
        }

        return WriteArchive(path, [.. arrays]);
    }

    public static string WriteArchive(string path, params (string Name, torch.Tensor Values)[] arrays)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, values) in arrays)
        {
            var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Join(", ", values.shape)}{(values.dim() == 1 ? "," : "")}), }}\n";
            using var stream = archive.CreateEntry(name + ".npy").Open();
            stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header)]);
            stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.contiguous().data<float>().ToArray().AsSpan()));
        }

        return path;
    }
}
