using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace Assize.Silo.Storage.Azure;

/// <summary>The storage account that a provider's section names, and the setting that named it. No message repeats the setting's value: it may hold a key.</summary>
internal sealed record BlobAccount(BlobServiceClient Client, string Setting)
{
    /// <summary>By ServiceKey a client that the host registered; else by ConnectionString, or ConnectionStrings:NAME with ConnectionName=NAME.</summary>
    /// <exception cref="StorageException">There is none of these, or it is not the name of an account.</exception>
    public static BlobAccount From(IConfigurationSection section, IServiceProvider services)
    {
        if (section["ServiceKey"] is { Length: > 0 } key)
        {
            var setting = $"{section.Path}:ServiceKey";
            return new(
                services.GetKeyedService<BlobServiceClient>(key) ?? throw new StorageException(
                    "No blob service client is registered under the key that is named", setting, "Register one, or remove the key and set ConnectionString."),
                setting);
        }

        if (section["ConnectionString"] is { Length: > 0 } given)
        {
            return Named(given, $"{section.Path}:ConnectionString");
        }

        if (section["ConnectionName"] is { Length: > 0 } name)
        {
            return Named(
                services.GetRequiredService<IConfiguration>().GetConnectionString(name) is { Length: > 0 } found ? found : throw new StorageException(
                    "There is no connection string of the name that is given", $"{section.Path}:ConnectionName", "Set ConnectionStrings:NAME for that name, or set ConnectionString."),
                $"ConnectionStrings:{name}");
        }

        throw new StorageException(
            "The blob storage has no account",
            $"{section.Path}:ConnectionString",
            "Set it to the account's connection string, or to https://ACCOUNT.blob.core.windows.net to sign in as the machine's identity.");
    }

    private static BlobAccount Named(string value, string setting)
    {
        try
        {
            if (!Uri.TryCreate(value, UriKind.Absolute, out var uri))
            {
                return new(new BlobServiceClient(value, Bounded()), setting);
            }

            if (uri.Query.Contains("sig=", StringComparison.Ordinal))
            {
                return new(new BlobServiceClient(uri, Bounded()), setting);
            }

            return uri.Scheme == Uri.UriSchemeHttps
                ? new(new BlobServiceClient(uri, Identity(), Bounded()), setting)
                : throw new StorageException("An identity's token is not sent without encryption", setting, "Begin the service's address with https, or give a connection string or an address with a SAS.");
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            // Not passed on as the cause: what a parser says may quote what it was given.
            throw new StorageException(
                "This is neither the connection string of a storage account nor the address of its blob service",
                setting,
                "Copy the connection string from the account's access keys, whole, or write https://ACCOUNT.blob.core.windows.net.");
        }
    }

    /// <summary>
    /// Who a silo is: what the environment says (AZURE_CLIENT_ID and the like), a pod's workload identity, the machine's managed identity, and on a developer's
    /// machine whoever signed in with az. Other sign-ins of a desktop have no place on a server and only make a failure slow.
    /// </summary>
    private static DefaultAzureCredential Identity() => new(new DefaultAzureCredentialOptions
    {
        ExcludeAzureDeveloperCliCredential = true,
        ExcludeAzurePowerShellCredential = true,
        ExcludeBrokerCredential = true,
        ExcludeInteractiveBrowserCredential = true,
        ExcludeVisualStudioCodeCredential = true,
        ExcludeVisualStudioCredential = true,
    });

    // A fault of a second or two is sat out here. A longer one must come back before the grain call that waits for it ends (Orleans:Messaging:ResponseTimeout,
    // 30 s): four tries of 7 s and 1.4 s between them. Then whoever retries next learns why.
    private static BlobClientOptions Bounded()
    {
        var options = new BlobClientOptions
        {
            Retry =
            {
                Mode = RetryMode.Exponential,
                MaxRetries = 3,
                Delay = TimeSpan.FromMilliseconds(200),
                MaxDelay = TimeSpan.FromSeconds(1),
                NetworkTimeout = TimeSpan.FromSeconds(7),
            },
        };
        options.AddPolicy(Sending.Policy, HttpPipelinePosition.PerRetry);
        return options;
    }
}
