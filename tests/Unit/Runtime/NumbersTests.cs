using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using SleapNn.Runtime;
using TorchSharp;

namespace SleapNn.Tests.Runtime;

/// <summary>Numbers that meet tensors live as long as torch reads them.</summary>
public class NumbersTests : TorchTest
{
    private const string Conversion = "Scalar.op_Implicit";
    private static readonly Dictionary<int, OpCode> Instructions = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => (int)(ushort)code.Value);

    [Fact]
    public void They_compute_as_torch_does()
    {
        var values = torch.tensor([-2f, 0.5f, 3f]);

        Assert.Equal([-1.5f, 1f, 3.5f], Of(values.Plus(0.5)));
        Assert.Equal([-4f, 1f, 6f], Of(values.Times(2)));
        Assert.Equal([-0.5f, 0.125f, 0.75f], Of(values.Over(4)));
        Assert.Equal([4f, 0.25f, 9f], Of(values.Squared()));
        Assert.Equal([-4f, 1f, 6f], Of(values.Plus(values)));
        Assert.Equal([0f, 0f, 1f], Of(values.IsAbove(0.5).to_type(torch.ScalarType.Float32)));
        Assert.Equal([1f, 0f, 0f], Of(values.IsBelow(0.5).to_type(torch.ScalarType.Float32)));
        Assert.Equal([0f, 1f, 1f], Of(values.IsAtLeast(0.5).to_type(torch.ScalarType.Float32)));
        Assert.Equal([0f, 0.5f, 3f], Of(values.AtLeast(0)));
        Assert.Equal([-1f, 0.5f, 1f], Of(values.Within(-1, 1)));
        Assert.Equal([0f, 4f, 8f], Of(Numbers.Steps(9, 4, torch.ScalarType.Float32)));
        Assert.Equal([0.25f, 0.25f], Of(Numbers.Filled([2], 0.25, torch.ScalarType.Float32)));
        Assert.Equal([-4f, 1f, 6f], Of(values.Accumulate(values)));
    }

    // TorchSharp frees the numbers that it converts by itself when it likes; its own methods that do so are as bad.
    [Fact]
    public void Nothing_in_the_engine_lets_TorchSharp_convert_a_number()
    {
        var library = Calls(typeof(torch).Assembly.Location);
        var converting = library.Where(method => method.Value.Any(IsConversion)).Select(method => method.Key).ToHashSet();
        for (var before = 0; before != converting.Count;)
        {
            before = converting.Count;
            converting.UnionWith(library.Where(method => !method.Key.StartsWith("Scalar.", StringComparison.Ordinal) && method.Value.Overlaps(converting)).Select(method => method.Key));
        }

        // What is known to convert, lest the search finds nothing because it reads nothing.
        Assert.Contains("Tensor.op_Addition(Tensor,Tensor)", converting);
        Assert.Contains("Tensor.op_Division(Tensor,Single)", converting);
        Assert.DoesNotContain("Tensor.mul(Tensor)", converting);

        var engine = Calls(typeof(NativeLibraries).Assembly.Location);
        Assert.Contains(engine, method => method.Value.Contains("Tensor.mul(Tensor)"));
        Assert.Empty(engine.SelectMany(method => method.Value.Where(called => IsConversion(called) || converting.Contains(called)), (method, called) => $"{method.Key} calls {called}"));
    }

    private static bool IsConversion(string method) => method.StartsWith(Conversion, StringComparison.Ordinal);

    private static float[] Of(torch.Tensor tensor) => TensorValues.Of<float>(tensor);

    // The methods of an assembly, each with those that it calls, as Type.Method(types of parameters).
    private static Dictionary<string, HashSet<string>> Calls(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        var calls = new Dictionary<string, HashSet<string>>();
        foreach (var handle in metadata.MethodDefinitions)
        {
            var address = metadata.GetMethodDefinition(handle).RelativeVirtualAddress;
            var name = NameOf(metadata, handle)!;
            calls.TryAdd(name, []);
            if (address != 0)
            {
                calls[name].UnionWith(CallsIn(file.GetMethodBody(address).GetILBytes()!).Select(called => NameOf(metadata, called)).OfType<string>());
            }
        }

        return calls;
    }

    private static IEnumerable<EntityHandle> CallsIn(byte[] code)
    {
        for (var at = 0; at < code.Length;)
        {
            int value = code[at++];
            var instruction = Instructions[value == 0xFE ? 0xFE00 | code[at++] : value];
            if (instruction.OperandType == OperandType.InlineMethod)
            {
                yield return MetadataTokens.EntityHandle(BitConverter.ToInt32(code, at));
            }

            at += instruction.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    private static string? NameOf(MetadataReader metadata, EntityHandle method)
    {
        var names = new TypeNames();
        switch (method.Kind)
        {
            case HandleKind.MethodSpecification:
                return NameOf(metadata, metadata.GetMethodSpecification((MethodSpecificationHandle)method).Method);
            case HandleKind.MethodDefinition:
                var own = metadata.GetMethodDefinition((MethodDefinitionHandle)method);
                return Name(own.GetDeclaringType(), own.Name, own.DecodeSignature(names, null));
            case HandleKind.MemberReference:
                var other = metadata.GetMemberReference((MemberReferenceHandle)method);
                return Name(other.Parent, other.Name, other.DecodeMethodSignature(names, null));
            default:
                return null;
        }

        string Name(EntityHandle type, StringHandle name, MethodSignature<string> signature)
        {
            var typeName = type.Kind switch
            {
                HandleKind.TypeReference => names.GetTypeFromReference(metadata, (TypeReferenceHandle)type, 0),
                HandleKind.TypeDefinition => names.GetTypeFromDefinition(metadata, (TypeDefinitionHandle)type, 0),
                _ => "",
            };
            return $"{typeName}.{metadata.GetString(name)}({string.Join(',', signature.ParameterTypes)})";
        }
    }

    private sealed class TypeNames : ISignatureTypeProvider<string, object?>
    {
        public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[,]";

        public string GetByReferenceType(string elementType) => $"{elementType}&";

        public string GetFunctionPointerType(MethodSignature<string> signature) => "function";

        public string GetGenericInstantiation(string genericType, System.Collections.Immutable.ImmutableArray<string> typeArguments) => $"{genericType}<{string.Join(',', typeArguments)}>";

        public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";

        public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetPinnedType(string elementType) => elementType;

        public string GetPointerType(string elementType) => $"{elementType}*";

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetSZArrayType(string elementType) => $"{elementType}[]";

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => reader.GetString(reader.GetTypeDefinition(handle).Name);

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => reader.GetString(reader.GetTypeReference(handle).Name);

        public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) => "specification";
    }
}
