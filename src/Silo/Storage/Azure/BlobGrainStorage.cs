using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Assize.Silo.Storage.Azure;

/// <summary>
/// Grain state in a container of Azure Blob Storage, a blob a state, as Microsoft.Orleans.Persistence.AzureStorage keeps it: the same names, bodies and conditions,
/// so that either reads what the other wrote.
/// </summary>
internal sealed class BlobGrainStorage(string name, BlobAccount account, BlobStoreOptions options, IGrainStorageSerializer serializer, IActivatorProvider activators)
    : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    private const int LongestName = 1024;

    private readonly BlobContainerClient _container = account.Client.GetBlobContainerClient(options.ContainerName);

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe($"{nameof(BlobGrainStorage)} {name}", ServiceLifecycleStage.ApplicationServices, OpenAsync);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => ReadStateAsync(stateName, grainId, grainState, default);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var blob = Blob(stateName, grainId);
        try
        {
            using var download = (await blob.DownloadStreamingAsync(cancellationToken: cancellationToken)).Value;
            var stored = download.Details.ContentLength > 0 ? await ReadAsync<T>(download.Content, cancellationToken) : default;
            // An empty blob is a state that was cleared and may be written again, with this ETag.
            grainState.RecordExists = download.Details.ContentLength > 0 && stored is not null;
            grainState.State = grainState.RecordExists ? stored! : activators.GetActivator<T>().Create();
            grainState.ETag = download.Details.ETag.ToString();
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            Forget(grainState, null);
        }
        catch (Exception e) when (BlobFault.Explains(e, cancellationToken))
        {
            throw Fault(e);
        }
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => WriteStateAsync(stateName, grainId, grainState, default);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        // Whole before it is sent: the service wants its length first, and a repeated request must find it as it was, in no buffer that others use.
        var body = serializer.Serialize(grainState.State);
        grainState.ETag = await ChangeAsync(
            Blob(stateName, grainId), grainState.ETag, (blob, conditions) => UploadAsync(blob, body, conditions, cancellationToken), cancellationToken);
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => ClearStateAsync(stateName, grainId, grainState, default);

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
        Forget(grainState, await ChangeAsync<string?>(
            Blob(stateName, grainId),
            grainState.ETag,
            async (blob, conditions) =>
            {
                if (!options.DeleteStateOnClear)
                {
                    return await UploadAsync(blob, BinaryData.Empty, conditions, cancellationToken);
                }

                await blob.DeleteIfExistsAsync(DeleteSnapshotsOption.None, conditions, cancellationToken);
                return null;
            },
            cancellationToken));

    private async Task OpenAsync(CancellationToken token)
    {
        try
        {
            await _container.CreateIfNotExistsAsync(cancellationToken: token);
        }
        catch (Exception e) when (BlobFault.Explains(e, token))
        {
            throw Fault(e);
        }
    }

    private BlobClient Blob(string stateName, GrainId grainId)
    {
        var blobName = $"{stateName}-{grainId}.json";
        var blob = _container.GetBlobClient(blobName);
        // An address loses its segments "." and "..", and the service takes "\" for "/": two keys would share a blob.
        return blobName.Length <= LongestName && blob.Name == blobName && !blobName.Contains('\\', StringComparison.Ordinal) ? blob : throw new StorageException(
            $"A blob cannot be called {blobName[..Math.Min(blobName.Length, LongestName)]}",
            account.Setting,
            "A grain's key must fit into a blob's name: up to 1,024 characters with the state's and the grain's names, no \\ and no segment that is . or ..");
    }

    private async Task<TResult> ChangeAsync<TResult>(BlobClient blob, string? etag, Func<BlobClient, BlobRequestConditions, Task<TResult>> change, CancellationToken token)
    {
        try
        {
            return await change(blob, string.IsNullOrEmpty(etag) ? new() { IfNoneMatch = ETag.All } : new() { IfMatch = new ETag(etag) });
        }
        catch (RequestFailedException e) when (e.Status is 412 or 409 || (e.Status == 404 && e.ErrorCode != BlobErrorCode.ContainerNotFound))
        {
            throw new InconsistentStateException(
                $"Blob storage condition not satisfied. BlobName: {blob.Name}, Container: {blob.BlobContainerName}, CurrentETag: {etag}", "Unknown", etag ?? "", e);
        }
        catch (Exception e) when (BlobFault.Explains(e, token))
        {
            throw Fault(e);
        }
    }

    private async Task<string> UploadAsync(BlobClient blob, BinaryData body, BlobRequestConditions conditions, CancellationToken token)
    {
        var upload = new BlobUploadOptions { Conditions = conditions, HttpHeaders = new() { ContentType = "application/octet-stream" } };
        try
        {
            return await SendAsync(blob, body, upload, token);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            await _container.CreateIfNotExistsAsync(cancellationToken: token);
            return await SendAsync(blob, body, upload, token);
        }
    }

    private static async Task<string> SendAsync(BlobClient blob, BinaryData body, BlobUploadOptions upload, CancellationToken token)
    {
        using var sending = new Sending();
        try
        {
            return (await blob.UploadAsync(body, upload, token)).Value.ETag.ToString();
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412 && sending.Repeated)
        {
            // Where the service wrote and its answer was lost, the next try meets its own writing, which is no conflict.
            var there = (await blob.DownloadContentAsync(token)).Value;
            if (!there.Content.ToMemory().Span.SequenceEqual(body.ToMemory().Span))
            {
                throw;
            }

            return there.Details.ETag.ToString();
        }
    }

    private async ValueTask<T?> ReadAsync<T>(Stream body, CancellationToken token) => serializer is IGrainStorageStreamingSerializer streaming
        ? await streaming.DeserializeAsync<T>(body, token)
        : serializer.Deserialize<T>(await BinaryData.FromStreamAsync(body, token));

    private void Forget<T>(IGrainState<T> grainState, string? etag)
    {
        grainState.State = activators.GetActivator<T>().Create();
        grainState.ETag = etag;
        grainState.RecordExists = false;
    }

    private StorageException Fault(Exception e) => BlobFault.Of(e, _container.Uri, account.Setting);
}
