using System.Globalization;
using Azure;
using Azure.Identity;

namespace Assize.Silo.Storage.Azure;

/// <summary>What the blob service's refusals and silences mean to the people who run the installation.</summary>
internal static class BlobFault
{
    /// <summary>Whether the service, its network or the sign-in failed, rather than the caller's patience or the state's form.</summary>
    public static bool Explains(Exception e, CancellationToken callers) =>
        e is RequestFailedException or AuthenticationFailedException or AggregateException or IOException || (e is OperationCanceledException && !callers.IsCancellationRequested);

    public static StorageException Of(Exception e, Uri container, string setting)
    {
        // Without the query: it may be a SAS.
        var where = $"{container.GetLeftPart(UriPartial.Path)}, {setting}";
        return e switch
        {
            AuthenticationFailedException => new(
                "This process could not sign in to Azure",
                where,
                "Give the machine or the pod an identity, or set a connection string; on a developer's machine run az login.",
                e),
            // The service's own words are left out: they quote what the request was signed with.
            RequestFailedException { Status: 401 or 403, ErrorCode: "AuthenticationFailed" or "InvalidAuthenticationInfo" or "NoAuthenticationInformation" } refused => new(
                $"The blob service does not accept the key, SAS or identity {Code(refused)}",
                where,
                "Check that it is the account's, whole and not expired or rotated, and that this machine's clock is right."),
            RequestFailedException { Status: 401 or 403 } refused => new(
                $"The blob service does not permit this {Code(refused)}",
                where,
                "Allow reading, writing and deleting blobs and creating the container: the role Storage Blob Data Contributor, or a SAS for containers and objects with rwdc. Check the account's firewall too."),
            RequestFailedException { Status: > 0 and < 500 } refused => new(
                $"The blob service refused the request {Code(refused)}", where, "Check the account, its address and that it takes block blobs.", e),
            RequestFailedException { Status: >= 500 } failed => new(
                $"The blob service is in trouble {Code(failed)}", where, "The store goes on by itself when the service does; everything that was acknowledged is safe.", e),
            _ => new(
                "The blob service cannot be reached",
                where,
                "Check the address, the network and that the service runs; the store goes on by itself, and everything that was acknowledged is safe.",
                e),
        };
    }

    private static string Code(RequestFailedException e) => string.Create(CultureInfo.InvariantCulture, $"[{e.Status} {e.ErrorCode ?? "without a code"}]");
}
