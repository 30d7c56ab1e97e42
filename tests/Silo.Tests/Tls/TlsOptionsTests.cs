using Assize.Silo.Tls;
using Microsoft.Extensions.Configuration;

namespace Assize.Silo.Tests.Tls;

public sealed class TlsOptionsTests
{
    [Fact]
    public void NothingConfiguredIsPlainText()
    {
        Assert.Null(TlsOptions.From(Settings()));
        Assert.Null(TlsOptions.From(Settings(("Certificate", ""), ("Key", " "))));
    }

    [Fact]
    public void EverySettingIsRead()
    {
        var options = TlsOptions.From(Settings(
            ("Certificate", "tls.crt"), ("Key", "tls.key"), ("Authority", "ca.crt"), ("Names:0", "silo"), ("Names:1", "client"), ("HandshakeTimeout", "00:00:03"), ("ReadEvery", "00:01:00"), ("WarnBefore", "1.00:00:00")))!;

        Assert.Equal(("tls.crt", "tls.key", "ca.crt"), (options.Certificate, options.Key, options.Authority));
        Assert.Equal(["silo", "client"], options.Names);
        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(1), TimeSpan.FromDays(1)), (options.HandshakeTimeout, options.ReadEvery, options.WarnBefore));
    }

    [Theory]
    [InlineData("Certificate", "Key is missing", "Authority is missing")]
    [InlineData("Key", "Certificate is missing", "Authority is missing")]
    [InlineData("Names:0", "Certificate is missing", "Key is missing")]
    public void HalfOfItIsRefusedWithWhatIsMissing(string given, params string[] missing)
    {
        var refused = Assert.Throws<TlsException>(() => TlsOptions.From(Settings((given, "file"))));

        Assert.All(missing, part => Assert.Contains(part, refused.Message, StringComparison.Ordinal));
        Assert.DoesNotContain($"{given} is missing", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HandshakeTimeout", "00:00:00")]
    [InlineData("ReadEvery", "-00:00:01")]
    public void ATimeThatIsNoneIsRefused(string name, string value) => Assert.Contains(
        $"{name} is {value}",
        Assert.Throws<TlsException>(() => TlsOptions.From(Settings(("Certificate", "c"), ("Key", "k"), ("Authority", "a"), (name, value)))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("HandshakeTimeout", "soon")]
    [InlineData("Nmaes:0", "assize-silo")]
    public void WhatCannotBeReadOrIsMisspeltIsRefusedByItsName(string name, string value) => Assert.Contains(
        name.Split(':')[0],
        Assert.Throws<TlsException>(() => TlsOptions.From(Settings(("Certificate", "c"), ("Key", "k"), ("Authority", "a"), (name, value)))).Message,
        StringComparison.Ordinal);

    private static IConfigurationRoot Settings(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Tls:{setting.Key}", (string?)setting.Value))).Build();
}
