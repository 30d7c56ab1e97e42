using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;
using Assize.Gateway;
using Assize.Gateway.Traffic;
using Assize.Grains.Monitors;
using Assize.Grains.Runs;
using Assize.Grains.Tenants;
using Assize.Servers;
using Assize.Silo.Models;
using Assize.Silo.Notifications;
using Assize.Silo.Observability;
using Assize.Silo.Storage;
using Assize.Silo.Tls;
using Microsoft.Extensions.Logging.Console;

namespace Assize.Deployment.Tests;

/// <summary>docs/configuration.md lists what the programs read: nothing less, nothing more, with the defaults they have.</summary>
public sealed class ConfigurationTests
{
    /// <summary>Which record each section is read into.</summary>
    private static readonly Dictionary<string, object> Sections = new()
    {
        ["Runs"] = new RunOptions(),
        ["Retention"] = new RetentionOptions(),
        ["Monitors"] = new MonitorOptions(),
        ["Suites"] = SuiteLimits.Default,
        ["Gateway"] = new GatewayOptions(),
        ["Models:NAME"] = new ModelOptions(),
        ["Models:NAME:Limits"] = new ModelLimits(),
        ["Models:NAME:Budget"] = new Budget(),
        ["Tenants:NAME:Budget"] = new Budget(),
        ["Orleans:GrainStorage:Default"] = new SqliteStoreOptions(),
        ["Traffic"] = new SourceOptions(),
        ["Tls"] = new TlsOptions(),
        ["Notifications"] = new NotificationOptions(),
        ["Notifications:Channels:NAME"] = new ChannelOptions(),
        ["Telemetry"] = new TelemetryOptions(),
    };

    private static readonly Lazy<string> Source = new(() => string.Join('\n', Directory.EnumerateFiles(Path.Combine(Programs.Root, "src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)));

    private static readonly Lazy<byte[][]> Libraries = new(() =>
        [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "Orleans*.dll").Append(typeof(ConsoleLoggerOptions).Assembly.Location).Select(File.ReadAllBytes)]);

    public static TheoryData<string> Keys => [.. SettingTable.All.Select(setting => setting.Key)];

    public static TheoryData<string> SectionNames => [.. Sections.Keys];

    [Fact]
    public void TheNameInTheEnvironmentIsTheKeyWithUnderscores() =>
        Assert.All(SettingTable.All, setting => Assert.Equal(setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Variable));

    [Fact]
    public void NoSettingStandsThereTwice() =>
        Assert.Equal(SettingTable.All.Count, SettingTable.All.Select(setting => setting.Key).Distinct().Count());

    [Fact]
    public void EveryBuiltInSettingStandsInTheTableWithItsValue()
    {
        var leaves = Leaves("", BuiltIn()).ToArray();

        Assert.NotEmpty(leaves);
        Assert.All(leaves, leaf => Assert.True(SettingTable.Of(leaf.Key) is { } setting && Same(setting.Default, leaf.Value), $"{leaf.Key} is {leaf.Value} and told as {SettingTable.Of(leaf.Key)?.Default ?? "nothing"}"));
    }

    [Theory]
    [MemberData(nameof(SectionNames))]
    public void EveryPropertyOfAnOptionsRecordStandsInTheTableWithItsDefault(string section)
    {
        var options = Sections[section];
        var told = options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite && property.PropertyType != typeof(ModelLimits) && property.PropertyType != typeof(Budget) && property.Name is not (nameof(ModelOptions.ApiKey) or nameof(ChannelOptions.Secret)))
            .Select(property => (Setting: SettingTable.Of($"{section}:{property.Name}"), property.Name, Value: property.GetValue(options) is { } value and (string or not System.Collections.IEnumerable) ? Convert.ToString(value, CultureInfo.InvariantCulture) ?? "" : ""));

        Assert.All(told, one => Assert.True(one.Setting is not null && (one.Value.Length == 0 || Same(one.Setting.Default, one.Value)), $"{section}:{one.Name} is {one.Value} and told as {one.Setting?.Default ?? "nothing"}"));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void EverySettingInTheTableIsReadByTheProgram(string key)
    {
        var read = IsRead(key);

        Assert.True(read, $"nothing in src reads {key}");
    }

    [Theory]
    [InlineData("Runs:ShardsAtTwice")]
    [InlineData("Membersip:ProbeTimeout")]
    [InlineData("Orleans:Endpoints:AdvertisedAddresses")]
    [InlineData("Logging:Console:FormaterName")]
    public void AnInventedSettingIsNotReadByTheProgram(string key) => Assert.False(IsRead(key));

    /// <summary>A built-in value, or a section that the source names and a property of what it is read into, in the source or in the libraries.</summary>
    private static bool IsRead(string key)
    {
        var parts = key.Split(':');
        var (section, name) = (parts[0], parts[^1]);
        var inSource = Regex.IsMatch(Source.Value, $@"[""\]:]{Regex.Escape(name)}""|\s{Regex.Escape(name)} \{{ get; init; \}}", RegexOptions.CultureInvariant);
        return Leaves("", BuiltIn()).Any(leaf => leaf.Key == key)
            || (section is "Orleans" or "Logging"
                ? inSource || InLibraries(name)
                : Regex.IsMatch(Source.Value, $@"""{Regex.Escape(section)}["":]", RegexOptions.CultureInvariant) && (inSource || InLibraries(name)));
    }

    private static bool InLibraries(string name) => Libraries.Value.Any(library =>
        library.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"\0set_{name}\0")) >= 0 || library.AsSpan().IndexOf(Encoding.Unicode.GetBytes(name)) >= 0);

    private static JsonElement BuiltIn()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Programs.Root, "src/Silo/appsettings.json")));
        return document.RootElement.Clone();
    }

    private static IEnumerable<(string Key, string Value)> Leaves(string path, JsonElement element) => element.ValueKind is JsonValueKind.Object
        ? element.EnumerateObject().SelectMany(property => Leaves(path.Length == 0 ? property.Name : $"{path}:{property.Name}", property.Value))
        : [(path, element.ToString())];

    private static bool Same(string told, string value) =>
        string.Equals(told, value, StringComparison.OrdinalIgnoreCase)
        || (TimeSpan.TryParse(told, CultureInfo.InvariantCulture, out var one) && TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var other) && one == other);
}
