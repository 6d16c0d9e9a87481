using System.Runtime.InteropServices;
using OpenCvSharp;
using SleapNn.Runtime;
using TorchSharp;

namespace SleapNn.Tests.Runtime;

public class NativeLibrariesTests
{
    [Fact]
    public void Torch_convolves_on_this_system()
    {
        NativeLibraries.EnsureLoaded();
        using var scope = torch.NewDisposeScope();

        var result = torch.nn.functional.conv2d(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 3, 3), padding: new long[] { 1, 1 });

        Assert.Equal([4f, 6, 6, 4, 6, 9, 9, 6, 6, 9, 9, 6, 4, 6, 6, 4], result.data<float>().ToArray());
    }

    [Fact]
    public void OpenCv_decodes_an_image_on_this_system()
    {
        NativeLibraries.EnsureOpenCvLoaded();
        using var image = new Mat(5, 7, MatType.CV_8UC3, new OpenCvSharp.Scalar(10, 20, 30));
        Cv2.ImEncode(".png", image, out var bytes);

        using var decoded = Cv2.ImDecode(bytes, ImreadModes.Color);

        Assert.Equal((5, 7, new Vec3b(10, 20, 30)), (decoded.Rows, decoded.Cols, decoded.At<Vec3b>(4, 6)));
    }

    [Fact]
    public void Loading_again_from_many_threads_is_harmless() =>
        Parallel.For(0, 64, _ =>
        {
            NativeLibraries.EnsureLoaded();
            NativeLibraries.EnsureOpenCvLoaded();
        });

    // Without it the process is gone at Ctrl-C, and what it trained with it.
    [WindowsFact]
    public void The_Fortran_library_in_torch_leaves_Ctrl_C_alone()
    {
        NativeLibraries.EnsureLoaded();
        const string name = "FOR_DISABLE_CONSOLE_CTRL_HANDLER";
        Assert.Equal(("1", "1"), (Environment.GetEnvironmentVariable(name), Marshal.PtrToStringUni(OfCLibrary(name))));
    }

    [DllImport("ucrtbase.dll", EntryPoint = "_wgetenv", CharSet = CharSet.Unicode)]
    private static extern nint OfCLibrary(string name);
}
