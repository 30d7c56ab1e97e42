using System.Globalization;

namespace Assize.Servers;

/// <summary>Azurite's blob service from npm.</summary>
/// <param name="inMemory">Without a disk: it answers several times as fast, and does not come back with what it knew.</param>
/// <param name="certificate">What it shows over TLS, where it also takes the tokens of identities; null without TLS.</param>
public sealed class AzuriteServer(bool inMemory, Issued? certificate = null) : ServerProcess
{
    /// <summary>The account that every Azurite has; its key is published with it and opens nothing else.</summary>
    public const string Account = "devstoreaccount1";

    public const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public string Endpoint => $"{(certificate is null ? "http" : "https")}://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/{Account}";

    public string ConnectionString => ConnectionStringAt(new Uri(Endpoint));

    /// <summary>The connection string that reaches the account at another address, where something stands before the server.</summary>
    public static string ConnectionStringAt(Uri endpoint) => $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={AccountKey};BlobEndpoint={endpoint};";

    protected override (string Program, string[] Arguments) Command => ("node",
    [
        "--require", Index, Script, "--silent", "--disableTelemetry", "--skipApiVersionCheck",
        .. inMemory ? (ReadOnlySpan<string>)["--inMemoryPersistence"] : ["--location", Folder],
        "--blobHost", "127.0.0.1", "--blobPort", Port.ToString(CultureInfo.InvariantCulture),
        .. certificate is null ? (ReadOnlySpan<string>)[] : ["--oauth", "basic", "--cert", Written("tls.crt", certificate.Certificate), "--key", Written("tls.key", certificate.Key)],
    ]);

    /// <summary>Makes it find a blob among ten thousand as fast as among ten.</summary>
    private static string Index => Path.Combine(Programs.Root, "tests", "Servers", "azurite.cjs");

    private static string Script => Path.Combine(Programs.Root, "node_modules", "azurite", "dist", "src", "blob", "main.js");

    /// <summary>A running server; the test is skipped where there is none to run.</summary>
    public static async Task<AzuriteServer> Started(CancellationToken cancellation, bool inMemory = false, Issued? certificate = null)
    {
        Programs.Need("node", "Node.js");
        Programs.NeedFile(Script, "Azurite (npm ci in the project's folder)");
        var server = new AzuriteServer(inMemory, certificate);
        await server.Start(cancellation);
        return server;
    }

    private string Written(string name, string text)
    {
        var file = Path.Combine(Folder, name);
        File.WriteAllText(file, text);
        return file;
    }
}
