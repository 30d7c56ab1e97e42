using System.CommandLine;
using Assize.Cli.Hosting;
using Assize.Evaluation;

namespace Assize.Cli.Commands;

/// <summary>How results are written.</summary>
internal enum OutputForm
{
    Table,
    Json,
    Ndjson,
}

/// <summary>The options that every command of a cluster has.</summary>
internal static class ClusterSettings
{
    public static readonly Option<Uri?> Address = Url("A gateway to work with, as in http://127.0.0.1:7100; without it everything runs in this process", "--address", "-a", "--gateway");

    public static readonly Option<string?> Authority = File("--authority", "ASSIZE_AUTHORITY", "A PEM file with the authorities to believe about an https:// address, in place of the machine's");

    public static readonly Option<string?> Certificate = File("--certificate", "ASSIZE_CERTIFICATE", "A PEM file with the certificate to show at an https:// address that asks for one");

    public static readonly Option<string?> Key = File("--key", "ASSIZE_KEY", "The PEM file with the certificate's key");

    public static readonly Option<string?> Data = new("--data") { Description = $"The data folder of an in-process cluster (default: {Silo.DataFolder.Default})" };

    public static readonly Option<string?> Config = new("--config") { Description = "A JSON file with further configuration (models, limits); assize.json in this folder is read without asking" };

    public static readonly Option<OutputForm> Output = new("--output", "-o") { Description = "table, json or ndjson", DefaultValueFactory = _ => OutputForm.Table };

    public static readonly Option<bool> Verbose = new("--verbose", "-v") { Description = "Write what the cluster logs to standard error" };

    /// <summary>Where the cluster is, and how both sides are known to each other.</summary>
    public static readonly Symbol[] Place = [Address, Authority, Certificate, Key, Data, Config];

    public static Command With(this Command command, params Symbol[] symbols)
    {
        foreach (var symbol in symbols)
        {
            switch (symbol)
            {
                case Option option: command.Options.Add(option); break;
                case Argument argument: command.Arguments.Add(argument); break;
                case Command inner: command.Subcommands.Add(inner); break;
            }
        }

        return command;
    }

    public static ClusterOptions Cluster(ParseResult parsed, bool resume = false, IReadOnlyCollection<ModelName>? simulated = null) => new()
    {
        Address = parsed.GetValue(Address),
        Authority = parsed.GetValue(Authority),
        Certificate = parsed.GetValue(Certificate),
        Key = parsed.GetValue(Key),
        Data = parsed.GetValue(Data),
        Config = parsed.GetValue(Config),
        Verbose = parsed.GetValue(Verbose),
        Resume = resume,
        Simulated = simulated ?? [],
    };

    /// <summary>An option whose value is an http or https address.</summary>
    public static Option<Uri?> Url(string description, string name, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        CustomParser = result => Uri.TryCreate(result.Tokens.Single().Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : Refuse<Uri?>(result, "An address starts with http:// or https://, as in http://127.0.0.1:7100."),
    };

    private static Option<string?> File(string name, string variable, string description) => new(name)
    {
        Description = $"{description} (default: {variable} in the environment)",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path ? path : null,
    };

    private static T? Refuse<T>(System.CommandLine.Parsing.ArgumentResult result, string why)
    {
        result.AddError(why);
        return default;
    }
}
