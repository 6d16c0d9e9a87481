using TorchSharp;

namespace SleapNn.Checkpoints;

/// <summary>PyTorch's names of storages and the element types that they hold.</summary>
internal static class StorageTypes
{
    private static readonly (string Name, torch.ScalarType Type)[] All =
    [
        ("FloatStorage", torch.ScalarType.Float32),
        ("DoubleStorage", torch.ScalarType.Float64),
        ("HalfStorage", torch.ScalarType.Float16),
        ("BFloat16Storage", torch.ScalarType.BFloat16),
        ("LongStorage", torch.ScalarType.Int64),
        ("IntStorage", torch.ScalarType.Int32),
        ("ShortStorage", torch.ScalarType.Int16),
        ("CharStorage", torch.ScalarType.Int8),
        ("ByteStorage", torch.ScalarType.Byte),
        ("BoolStorage", torch.ScalarType.Bool),
    ];

    public static torch.ScalarType? Find(string name)
    {
        foreach (var (known, type) in All)
        {
            if (known == name)
            {
                return type;
            }
        }

        return null;
    }

    public static string? NameOf(torch.ScalarType type) => All.FirstOrDefault(entry => entry.Type == type).Name;
}
