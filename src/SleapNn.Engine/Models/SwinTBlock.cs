using SleapNn.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SleapNn.Models;

/// <summary>
/// Attention within windows and two linear layers, each added to its input. Tensors are (batch, height, width, channels).
/// </summary>
internal sealed class SwinTBlock : NamedModule<Tensor, Tensor>
{
    private readonly double skipProbability;
    private readonly nn.Module<Tensor, Tensor> norm1;
    private readonly WindowAttention attention;
    private readonly nn.Module<Tensor, Tensor> norm2;
    private readonly Linear expand;
    private readonly Linear contract;

    public SwinTBlock(int channels, int heads, int windowSize, int shift, double skipProbability)
        : base(nameof(SwinTBlock))
    {
        this.skipProbability = skipProbability;
        norm1 = nn.LayerNorm(channels, eps: 1e-5);
        attention = new WindowAttention(channels, heads, windowSize, shift);
        norm2 = nn.LayerNorm(channels, eps: 1e-5);
        var mlp = new ModuleGroup();
        expand = mlp.Add("0", nn.Linear(channels, 4 * channels));
        contract = mlp.Add("3", nn.Linear(4 * channels, channels));
        foreach (var layer in new[] { expand, contract })
        {
            using var off = no_grad();
            nn.init.xavier_uniform_(layer.weight);
            nn.init.normal_(layer.bias!, std: 1e-6);
        }

        register_module("norm1", norm1);
        register_module("attn", attention);
        register_module("norm2", norm2);
        register_module("mlp", mlp);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var attended = ActivationMeter.Note(input.Plus(SkipAtRandom(attention.forward(ActivationMeter.Note(norm1.forward(input))))));
        var expanded = ActivationMeter.Note(expand.forward(ActivationMeter.Note(norm2.forward(attended))));
        var change = ActivationMeter.Note(contract.forward(ActivationMeter.Note(nn.functional.gelu(expanded))), isKept: false);
        return ActivationMeter.Note(attended.Plus(SkipAtRandom(change)).MoveToOuterDisposeScope());
    }

    /// <summary>In training, drops a change for whole images at random (stochastic depth, Huang et al. 2016, arXiv:1603.09382).</summary>
    private Tensor SkipAtRandom(Tensor change)
    {
        if (!training || skipProbability == 0)
        {
            return change;
        }

        var survival = 1 - skipProbability;
        return change * Numbers.Filled([change.shape[0], 1, 1, 1], survival, change.dtype, change.device).bernoulli().Over(survival);
    }

    /// <summary>Multi-head attention within windows, which every second block shifts by half a window.</summary>
    private sealed class WindowAttention : NamedModule<Tensor, Tensor>
    {
        private readonly int heads;
        private readonly int window;
        private readonly int shift;
        private readonly nn.Module<Tensor, Tensor> qkv;
        private readonly nn.Module<Tensor, Tensor> projection;

        public WindowAttention(int channels, int heads, int window, int shift)
            : base(nameof(WindowAttention))
        {
            (this.heads, this.window, this.shift) = (heads, window, shift);
            qkv = nn.Linear(channels, 3 * channels);
            projection = nn.Linear(channels, channels);
            var distances = (2L * window) - 1;
            register_parameter("relative_position_bias_table", new Parameter(TruncatedNormal([distances * distances, heads], 0.02)));
            register_buffer("relative_position_index", RelativePositions(window));
            register_module("qkv", qkv);
            register_module("proj", projection);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var (batch, height, width, channels) = (input.shape[0], input.shape[1], input.shape[2], input.shape[3]);
            var padded = nn.functional.pad(input, [0, 0, 0, Missing(width), 0, Missing(height)]);
            var (paddedHeight, paddedWidth) = (padded.shape[1], padded.shape[2]);
            var (rows, columns) = (paddedHeight / window, paddedWidth / window);
            var shiftY = window >= paddedHeight ? 0 : shift;
            var shiftX = window >= paddedWidth ? 0 : shift;
            var shifted = shiftY + shiftX > 0;
            var area = (long)window * window;

            var tokens = ActivationMeter.Note((shifted ? padded.roll([-shiftY, -shiftX], [1, 2]) : padded)
                .view(batch, rows, window, columns, window, channels)
                .permute(0, 1, 3, 2, 4, 5)
                .reshape(batch * rows * columns, area, channels));
            var parts = ActivationMeter.Note(qkv.forward(tokens)).reshape(tokens.shape[0], area, 3, heads, channels / heads).permute(2, 0, 3, 1, 4);
            var query = ActivationMeter.Note(parts.select(0, 0).Times(Math.Pow(channels / heads, -0.5)));
            var products = ActivationMeter.Note(query.matmul(parts.select(0, 1).transpose(-2, -1)), isKept: false);
            var scores = ActivationMeter.Note(products.Plus(PositionBias(area)), isKept: false);
            if (shifted)
            {
                var mask = RegionMask(paddedHeight, paddedWidth, shiftY, shiftX, rows, columns).to(scores.device);
                scores = ActivationMeter.Note(scores.view(batch, rows * columns, heads, area, area).Plus(mask).view(-1, heads, area, area), isKept: false);
            }

            var weights = ActivationMeter.Note(nn.functional.softmax(scores, -1));
            var attended = ActivationMeter.Note(weights.matmul(parts.select(0, 2)).transpose(1, 2).reshape(tokens.shape));
            var image = ActivationMeter.Note(projection.forward(attended), isKept: false)
                .view(batch, rows, columns, window, window, channels)
                .permute(0, 1, 3, 2, 4, 5)
                .reshape(batch, paddedHeight, paddedWidth, channels);
            var unshifted = shifted ? image.roll([shiftY, shiftX], [1, 2]) : image;
            return ActivationMeter.Note(unshifted.narrow(1, 0, height).narrow(2, 0, width).contiguous().MoveToOuterDisposeScope(), isKept: false);
        }

        private long Missing(long size) => (window - (size % window)) % window;

        private Tensor PositionBias(long area) =>
            get_parameter("relative_position_bias_table")!.index_select(0, get_buffer("relative_position_index")!)
                .view(area, area, heads).permute(2, 0, 1).unsqueeze(0);

        /// <summary>For each pair of positions in a window, the row of the table of biases: (window^4).</summary>
        private static Tensor RelativePositions(int window)
        {
            var index = new long[window * window * window * window];
            var at = 0;
            for (var from = 0; from < window * window; from++)
            {
                for (var to = 0; to < window * window; to++)
                {
                    var dy = (from / window) - (to / window) + window - 1;
                    var dx = (from % window) - (to % window) + window - 1;
                    index[at++] = (dy * ((2L * window) - 1)) + dx;
                }
            }

            return tensor(index);
        }

        /// <summary>
        /// After a shift a window may hold parts that are not neighbours in the image; -100 keeps them from attending to each
        /// other: (1, windows, 1, area, area).
        /// </summary>
        private Tensor RegionMask(long height, long width, int shiftY, int shiftX, long rows, long columns)
        {
            var regions = new float[height * width];
            for (var y = 0L; y < height; y++)
            {
                for (var x = 0L; x < width; x++)
                {
                    regions[(y * width) + x] = (3 * RegionOf(y, height, shiftY)) + RegionOf(x, width, shiftX);
                }
            }

            var windows = tensor(regions).view(rows, window, columns, window).permute(0, 2, 1, 3).reshape(rows * columns, window * window);
            return windows.unsqueeze(1).ne(windows.unsqueeze(2)).to(float32).Times(-100).unsqueeze(1).unsqueeze(0);
        }

        private int RegionOf(long position, long size, int shift) =>
            shift == 0 || position < size - window ? 0 : position < size - shift ? 1 : 2;

        /// <summary>Normal numbers within two standard units, by the inverse of the error function as PyTorch draws them.</summary>
        private static Tensor TruncatedNormal(long[] shape, double std)
        {
            // TorchSharp's own trunc_normal_ fills with a constant. Bounds +-2 are 100 standard deviations of 0.02 away.
            using var scope = NewDisposeScope();
            return empty(shape).uniform_(-1, 1).erfinv_().Times(std * Math.Sqrt(2)).Within(-2, 2).MoveToOuterDisposeScope();
        }
    }
}
