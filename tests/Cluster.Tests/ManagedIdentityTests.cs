using Assize.Servers;
using Assize.SimulatedModel;

namespace Assize.Cluster.Tests;

/// <summary>State in blobs without any key: the silo is who its machine says it is.</summary>
public sealed class ManagedIdentityTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ASiloWithoutAKeyKeepsItsStateAsTheIdentityOfItsMachine()
    {
        var authority = Authority.Root();
        await using var azurite = await AzuriteServer.Started(Cancellation, inMemory: true, authority.Issue("localhost"));
        using var identity = new IdentityEndpoint();
        await using var model = await SimulatedModelServer.StartAsync(new SimulationOptions(), 0, Cancellation);
        using var folder = new TemporaryFolder();
        var trusted = Path.Combine(folder.Path, "ca.crt");
        await File.WriteAllTextAsync(trusted, authority.Pem, Cancellation);
        var settings = new Dictionary<string, string>(AssizeProcess.ModelAt(model.BaseAddress, 4))
        {
            ["Orleans__GrainStorage__Default__ProviderType"] = "AzureBlobStorage",
            ["Orleans__GrainStorage__Default__ConnectionString"] = azurite.Endpoint,
            ["IDENTITY_ENDPOINT"] = identity.Address.ToString(),
            ["IDENTITY_HEADER"] = identity.Secret,
            ["SSL_CERT_FILE"] = trusted,
        };

        await using (var first = await AssizeProcess.Start(Directory.CreateDirectory(Path.Combine(folder.Path, "first")).FullName, settings, Cancellation))
        {
            using var call = first.Suites.CreateSuite(cancellationToken: Cancellation);
            await call.RequestStream.WriteAsync(new V1.CreateSuiteRequest { Header = GeneratedSuite.Header(3, "kept-by-identity") }, Cancellation);
            await call.RequestStream.WriteAsync(new V1.CreateSuiteRequest { Exhibits = new V1.ExhibitBatch { Exhibits = { GeneratedSuite.Exhibits(3, "kept-by-identity") } } }, Cancellation);
            await call.RequestStream.CompleteAsync();
            Assert.Equal(3, (await call).Suite.Cases);
        }

        await using var second = await AssizeProcess.Start(Directory.CreateDirectory(Path.Combine(folder.Path, "second")).FullName, settings, Cancellation);
        Assert.Equal(3, (await second.Suites.GetSuiteAsync(new V1.GetSuiteRequest { Name = "kept-by-identity" }, cancellationToken: Cancellation)).Suite.Cases);
        Assert.NotEmpty(identity.Asked);
        Assert.All(identity.Asked, asked => Assert.EndsWith("resource=https://storage.azure.com", Uri.UnescapeDataString(asked), StringComparison.Ordinal));
    }
}
