namespace SleapNn.Checkpoints;

/// <summary>Which names a checkpoint may refer to, and what each stands for. All others are refused.</summary>
internal static class PickleGlobals
{
    /// <summary>What the reader does when a name is called.</summary>
    public enum Meaning
    {
        /// <summary>Not on the list: the file is refused.</summary>
        Refused,

        /// <summary>Stays a name: the object that it would make is not made.</summary>
        Opaque,

        /// <summary>Makes an empty dictionary.</summary>
        Map,

        /// <summary>Describes a tensor.</summary>
        Tensor,

        /// <summary>Wraps a tensor as a parameter.</summary>
        Parameter,

        /// <summary>Wraps a tuple as sizes.</summary>
        Size,

        /// <summary>Names the element type of a storage.</summary>
        Storage,
    }

    // Modules whose objects configs, callbacks and metrics may hold. Their names are compared, never imported.
    private static readonly string[] OpaqueRoots =
        ["omegaconf", "sleap_nn", "lightning", "pytorch_lightning", "lightning_fabric", "typing", "pathlib", "numpy", "attrs"];

    private static readonly HashSet<string> OpaqueBuiltins =
    [
        "dict", "list", "tuple", "set", "frozenset", "int", "long", "float", "complex", "bool", "str", "unicode", "bytes",
        "bytearray", "object", "slice",
    ];

    public static Meaning Of(PickleGlobal global) => global.Module switch
    {
        "collections" => global.Name is "OrderedDict" or "defaultdict" ? Meaning.Map : Meaning.Refused,
        "torch._utils" => global.Name switch
        {
            "_rebuild_tensor_v2" => Meaning.Tensor,
            "_rebuild_parameter" => Meaning.Parameter,
            _ => Meaning.Refused,
        },
        "torch" when global.Name == "Size" => Meaning.Size,
        "torch" when global.Name.EndsWith("Storage", StringComparison.Ordinal) => Meaning.Storage,
        "torch" => global.Name is "device" or "dtype" or "float16" or "float32" or "float64" or "bfloat16" or "int64" or "int32"
            ? Meaning.Opaque
            : Meaning.Refused,
        "__builtin__" or "builtins" => OpaqueBuiltins.Contains(global.Name) ? Meaning.Opaque : Meaning.Refused,
        "_operator" or "operator" => global.Name == "getitem" ? Meaning.Opaque : Meaning.Refused,
        "_codecs" => global.Name == "encode" ? Meaning.Opaque : Meaning.Refused,
        _ => OpaqueRoots.Contains(global.Module.Split('.', 2)[0]) ? Meaning.Opaque : Meaning.Refused,
    };
}
