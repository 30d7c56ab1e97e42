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
            await call.RequestStream.WriteAsync(
                new V1.CreateSuiteRequest { Header = new V1.SuiteHeader { Definition = definition.ToProto(), AnnouncedCases = cases } }, cancellation);
            var batch = new V1.ExhibitBatch();
            var bytes = 0;
            foreach (var exhibit in exhibits)
            {
                var message = exhibit.ToProto();
                batch.Exhibits.Add(message);
                bytes += message.CalculateSize();
                if (batch.Exhibits.Count == MostInBatch || bytes > MostBytes)
                {
                    await call.RequestStream.WriteAsync(new V1.CreateSuiteRequest { Exhibits = batch }, cancellation);
                    (batch, bytes) = (new V1.ExhibitBatch(), 0);
                }
            }

            if (batch.Exhibits.Count > 0)
            {
                await call.RequestStream.WriteAsync(new V1.CreateSuiteRequest { Exhibits = batch }, cancellation);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception refused) when (refused is RpcException or InvalidOperationException or IOException)
        {
            // The server ended the call before all was sent; its answer below says why.
        }

        return await call;
    }
}
