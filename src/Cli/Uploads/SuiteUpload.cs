using Assize.Cli.Hosting;
using Assize.Evaluation.Suites;
using Assize.Gateway.Translation;
using Grpc.Core;

namespace Assize.Cli.Uploads;

/// <summary>Streams a suite to the cluster, some cases at a time.</summary>
internal static class SuiteUpload
{
    private const int MostInBatch = 100;

    private const int MostBytes = 1_000_000;

    public static async Task<V1.CreateSuiteResponse> Send(Connection connection, SuiteDefinition definition, long cases, IEnumerable<Exhibit> exhibits, CancellationToken cancellation)
    {
        using var call = connection.Suites.CreateSuite(cancellationToken: cancellation);
        try
        {
            if (await Written(call, new V1.CreateSuiteRequest { Header = new V1.SuiteHeader { Definition = definition.ToProto(), AnnouncedCases = cases } }, cancellation))
            {
                foreach (var batch in Batches(exhibits))
                {
                    if (!await Written(call, new V1.CreateSuiteRequest { Exhibits = batch }, cancellation))
                    {
                        return await call;
                    }
                }

                await call.RequestStream.CompleteAsync();
            }
        }
        catch (Exception refused) when (refused is RpcException or InvalidOperationException or IOException)
        {
            // The server ended the call before all was sent; its answer below says why.
        }

        return await call;
    }

    /// <summary>Writes a message unless the server has answered: a write that waits when the answer comes may wait for ever.</summary>
    private static async Task<bool> Written(AsyncClientStreamingCall<V1.CreateSuiteRequest, V1.CreateSuiteResponse> call, V1.CreateSuiteRequest message, CancellationToken cancellation)
    {
        var writing = call.RequestStream.WriteAsync(message, cancellation);
        if (await Task.WhenAny(writing, call.ResponseAsync) != writing)
        {
            return false;
        }

        await writing;
        return true;
    }

    private static IEnumerable<V1.ExhibitBatch> Batches(IEnumerable<Exhibit> exhibits)
    {
        var batch = new V1.ExhibitBatch();
        var bytes = 0;
        foreach (var exhibit in exhibits)
        {
            var message = exhibit.ToProto();
            batch.Exhibits.Add(message);
            bytes += message.CalculateSize();
            if (batch.Exhibits.Count == MostInBatch || bytes > MostBytes)
            {
                yield return batch;
                (batch, bytes) = (new V1.ExhibitBatch(), 0);
            }
        }

        if (batch.Exhibits.Count > 0)
        {
            yield return batch;
        }
    }
}
