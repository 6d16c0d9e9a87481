using System.Globalization;

namespace SleapNn.Configuration;

/// <summary>Messages to and from the SLEAP application (<c>zmq</c>).</summary>
public sealed class ZmqConfig : ConfigNode
{
    private const string LocalPrefix = "tcp://127.0.0.1:";

    /// <summary>The address, such as <c>tcp://127.0.0.1:9001</c>, to which losses are sent; null sends none. Default: null.</summary>
    /// <remarks>An older form of <see cref="PublishPort"/>: setting either sets both, and an address on another machine is held by this one only.</remarks>
    [ConfigKey(ViewOf = "publish_port")]
    public string? PublishAddress { get; set => field = Checked(value); }

    /// <summary>The address, such as <c>tcp://127.0.0.1:9000</c>, from which commands to stop are taken; null takes none. Default: null.</summary>
    /// <remarks>An older form of <see cref="ControllerPort"/>: setting either sets both, and an address on another machine is held by this one only.</remarks>
    [ConfigKey(ViewOf = "controller_port")]
    public string? ControllerAddress { get; set => field = Checked(value); }

    /// <summary>The time in microseconds to wait for a command. Default: 10.</summary>
    [ConfigKey(Min = 0)]
    public int ControllerPollingTimeout { get; set => field = Checked(value); } = 10;

    /// <summary>The port of this machine to which losses are sent; null sends none. Default: null.</summary>
    [ConfigKey(Min = 1, Max = 65535, Since = "0.0.2")]
    public int? PublishPort
    {
        get => PortOf(PublishAddress);
        set => PublishAddress = AddressOf(Checked(value));
    }

    /// <summary>The port of this machine from which commands to stop are taken; null takes none. Default: null.</summary>
    [ConfigKey(Min = 1, Max = 65535, Since = "0.0.2")]
    public int? ControllerPort
    {
        get => PortOf(ControllerAddress);
        set => ControllerAddress = AddressOf(Checked(value));
    }

    private static int? PortOf(string? address) =>
        address is not null && address.StartsWith(LocalPrefix, StringComparison.Ordinal)
        && int.TryParse(address.AsSpan(LocalPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;

    private static string? AddressOf(int? port) => port is null ? null : string.Create(CultureInfo.InvariantCulture, $"{LocalPrefix}{port}");
}
