namespace SleapNn.Checkpoints;

/// <summary>A name that a pickle refers to, such as <c>collections OrderedDict</c>. It is only ever compared.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>A storage that a pickle refers to: the record <c>data/KEY</c> of the archive.</summary>
internal sealed record PickleStorage(string TypeName, string Key, long Count);

/// <summary>A tensor before its storage is read: offset, sizes and strides count elements.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Sizes, long[] Strides);
