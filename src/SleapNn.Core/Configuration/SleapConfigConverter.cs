using System.ComponentModel;
using System.Globalization;

namespace SleapNn.Configuration;

/// <summary>Makes a configuration of what another session, a job or Import-Clixml has of one, so that it is alive again.</summary>
public sealed class SleapConfigConverter : TypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType.FullName == "System.Management.Automation.PSObject";

    /// <inheritdoc/>
    /// <exception cref="ConfigException">It holds no configuration that can be read.</exception>
    /// <exception cref="NotSupportedException">It is something else.</exception>
    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        SleapConfig.Transport.Read(value) ?? base.ConvertFrom(context, culture, value);
}
