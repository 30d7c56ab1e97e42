using Assize.Evaluation.Suites;
using Assize.Gateway.Translation;
using Grpc.Core;

namespace Assize.Cli.Uploads;

/// <summary>Streams a suite to the cluster, some cases at a time.</summary>
internal static class SuiteUpload
{
    private const int MostInBatch = 100;

    private const int MostBytes = 1_000_000;

    public static async Task<V1.CreateSuiteResponse> Send(V1.SuiteService.SuiteServiceClient suites, SuiteDefinition definition, long cases, IEnumerable<Exhibit> exhibits, CancellationToken cancellation)
    {
        using var call = suites.CreateSuite(cancellationToken: cancellation);
        var header = new V1.CreateSuiteRequest { Header = new V1.SuiteHeader { Definition = definition.ToProto(), AnnouncedCases = cases } };
        // What goes wrong with the files here ends the call: the server, which waits for more, would never answer it.
        foreach (var message in Batches(exhibits).Select(batch => new V1.CreateSuiteRequest { Exhibits = batch }).Prepend(header))
        {
            if (!await Sent(call, () => call.RequestStream.WriteAsync(message, cancellation)))
            {
                return await call;
            }
        }

        await Sent(call, call.RequestStream.CompleteAsync);
        return await call;
    }

    /// <summary>Sends unless the server has ended the call, and then its answer says why. A write that waits when the answer comes may wait for ever.</summary>
    private static async Task<bool> Sent(AsyncClientStreamingCall<V1.CreateSuiteRequest, V1.CreateSuiteResponse> call, Func<Task> send)
    {
        try
        {
            var sending = send();
            if (await Task.WhenAny(sending, call.ResponseAsync) != sending)
            {
                return false;
            }

            await sending;
            return true;
        }
        catch (Exception refused) when (refused is RpcException or InvalidOperationException or IOException)
        {
            return false;
        }
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
