using Assize.Servers;
using Assize.Silo.Storage;
using Assize.Silo.Tests.Models;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Sas;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Storage;

namespace Assize.Silo.Tests.Storage;

/// <summary>What a person is told when the blob storage is set up wrongly or does not answer: what, where and what to do, and never a key.</summary>
public sealed class AzureBlobFaultTests(AzureBlobGrainStorageTests.Azurite azurite) : IClassFixture<AzureBlobGrainStorageTests.Azurite>
{
    private const string WrongKey = "cGxhbnRlZC1hY2NvdW50LWtleS00ZjFjOWE3N2Uy";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ConnectionString", "rubbish", "neither the connection string", "Orleans:GrainStorage:Default:ConnectionString")]
    [InlineData("ConnectionString", $"AccountName=x;AccountKey={WrongKey}!;EndpointSuffix=core.windows.net", "neither the connection string", "Orleans:GrainStorage:Default:ConnectionString")]
    [InlineData("ConnectionString", $"AccountKey={WrongKey}", "neither the connection string", "Orleans:GrainStorage:Default:ConnectionString")]
    [InlineData("ConnectionString", "http://account.blob.core.windows.net", "not sent without encryption", "Orleans:GrainStorage:Default:ConnectionString")]
    [InlineData("ConnectionString", "/etc/secret", "not sent without encryption", "Orleans:GrainStorage:Default:ConnectionString")]
    [InlineData("ConnectionName", $"AccountName=x;AccountKey={WrongKey}", "no connection string of the name", "Orleans:GrainStorage:Default:ConnectionName")]
    [InlineData("ServiceKey", "nobody", "No blob service client", "Orleans:GrainStorage:Default:ServiceKey")]
    [InlineData("ContainerName", "Grain_State", "cannot be called 'Grain_State'", "Orleans:GrainStorage:Default:ContainerName")]
    [InlineData("SomethingElse", "x", "has no account", "Orleans:GrainStorage:Default:ConnectionString")]
    public async Task AWrongSettingFailsTheSilosStartAndIsNamed(string key, string value, string what, string where)
    {
        var account = key == "ContainerName" ? [("ConnectionString", "UseDevelopmentStorage=true")] : Array.Empty<(string, string)>();
        using var silo = ConfiguredSilo.Build([("ProviderType", "AzureBlobStorage"), (key, value), .. account]);
        var failure = await Assert.ThrowsAsync<StorageException>(() => silo.StartAsync(Token));
        Assert.Contains(what, failure.ToString(), StringComparison.Ordinal);
        Assert.Contains(where, failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(WrongKey, failure.ToString(), StringComparison.Ordinal);
    }

    // Azurite has one answer for every refusal; these are the service's.
    [Theory]
    [InlineData("AuthenticationFailed", "does not accept the key, SAS or identity [403 AuthenticationFailed]")]
    [InlineData("AuthorizationPermissionMismatch", "does not permit this [403 AuthorizationPermissionMismatch]")]
    public async Task ARefusalSaysWhetherTheKeyOrThePermissionIsMissing(string code, string what)
    {
        var asked = 0;
        await using var service = await StubProvider.Answering(context =>
        {
            asked++;
            context.Response.StatusCode = 403;
            context.Response.Headers["x-ms-error-code"] = code;
            return Task.CompletedTask;
        });
        await FailsAsync(Account(service.Address), what, "grainstate, Orleans:GrainStorage:Default:ConnectionString", WrongKey);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task AWrongKeyIsRefusedAndNotRepeated()
    {
        await azurite.StorageAsync();
        await FailsAsync(
            [("ConnectionString", azurite.Server.ConnectionString.Replace(AzuriteServer.AccountKey, WrongKey, StringComparison.Ordinal))],
            "[403 ",
            $"{azurite.Server.Endpoint}/grainstate, Orleans:GrainStorage:Default:ConnectionString",
            WrongKey);
    }

    [Fact]
    public async Task ASasOpensTheAccountAndOneThatMayNotWriteSaysSo()
    {
        var id = Some.Grain();
        await (await azurite.StorageAsync()).WriteStateAsync("note", id, Note.Of("text"));
        using (var silo = ConfiguredSilo.Build(("ProviderType", "AzureBlobStorage"), ("ConnectionName", "blobs"), ("ConnectionStrings:blobs", Sas(AccountSasPermissions.Read | AccountSasPermissions.Write | AccountSasPermissions.Create | AccountSasPermissions.Delete))))
        {
            await silo.StartAsync(Token);
            var read = new NoteState();
            await ConfiguredSilo.Storage(silo).ReadStateAsync("note", id, read, Token);
            Assert.Equal("text", read.State.Text);
            await ConfiguredSilo.Storage(silo).WriteStateAsync("note", id, read, Token);
            await ConfiguredSilo.Storage(silo).ClearStateAsync("note", id, read, Token);
            await silo.StopAsync(Token);
        }

        var weak = Sas(AccountSasPermissions.Read);
        await FailsAsync(
            [("ConnectionName", "blobs"), ("ConnectionStrings:blobs", weak)], "does not permit this [403 ", $"{azurite.Server.Endpoint}/grainstate, ConnectionStrings:blobs", Signature(weak));
        var wrong = weak.Replace("sig=", "sig=planted", StringComparison.Ordinal);
        await FailsAsync([("ConnectionString", wrong)], "[403 ", "Orleans:GrainStorage:Default:ConnectionString", Signature(wrong));
    }

    [Fact]
    public async Task AClientThatTheHostRegisteredIsTaken()
    {
        await azurite.StorageAsync();
        using var silo = ConfiguredSilo.Build(
            services => services.AddKeyedSingleton("own", new BlobServiceClient(azurite.Server.ConnectionString)), ("ProviderType", "AzureBlobStorage"), ("ServiceKey", "own"), ("ContainerName", "own-client"));
        await silo.StartAsync(Token);
        Assert.True((await new BlobServiceClient(azurite.Server.ConnectionString).GetBlobContainerClient("own-client").ExistsAsync(Token)).Value);
        await silo.StopAsync(Token);
    }

    [Fact]
    public async Task AServiceThatIsNotThereIsSaidToBeOutOfReach()
    {
        var address = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        await FailsAsync(Account(address), "The blob service cannot be reached", $"{address}/account/grainstate, Orleans:GrainStorage:Default:ConnectionString", WrongKey);
    }

    [Theory]
    [InlineData(2, null)]
    [InlineData(4, "The blob service is in trouble [503 ServerBusy]")]
    public async Task AShortFaultIsSatOutAndALongerOneComesBack(int faults, string? what)
    {
        var asked = 0;
        await using var service = await StubProvider.Answering(context =>
        {
            var busy = Interlocked.Increment(ref asked) <= faults;
            context.Response.StatusCode = busy ? 503 : 201;
            context.Response.Headers["x-ms-error-code"] = busy ? "ServerBusy" : default(string);
            context.Response.Headers.ETag = "\"0x1\"";
            return Task.CompletedTask;
        });
        var settings = Account(service.Address);
        if (what is not null)
        {
            await FailsAsync(settings, what, "Orleans:GrainStorage:Default:ConnectionString", WrongKey);
        }
        else
        {
            using var silo = ConfiguredSilo.Build([("ProviderType", "AzureBlobStorage"), .. settings]);
            await ConfiguredSilo.Storage(silo).WriteStateAsync("note", Some.Grain(), Note.Of("text"), Token);
        }

        Assert.Equal(what is null ? faults + 1 : faults, asked);
    }

    /// <summary>A service that writes and whose first answer is lost: the client sends the same again, and is told that there is such a blob already.</summary>
    [Theory]
    [InlineData(1, "", true)]
    [InlineData(1, "of another", false)]
    [InlineData(0, "", false)]
    public async Task AWriteThatMeetsItselfIsNoConflict(int lost, string others, bool isItself)
    {
        var sent = 0;
        StubProvider? asked = null;
        await using var service = asked = await StubProvider.Answering(async context =>
        {
            context.Response.Headers.ETag = "\"0x7\"";
            if (HttpMethods.IsGet(context.Request.Method))
            {
                context.Response.Headers.LastModified = "Sat, 28 Nov 2026 12:00:00 GMT";
                await context.Response.WriteAsync(others + asked!.Requests.First().Body, Token);
                return;
            }

            (context.Response.StatusCode, context.Response.Headers["x-ms-error-code"]) = sent++ < lost ? (503, "ServerBusy") : (409, "BlobAlreadyExists");
        });
        using var silo = ConfiguredSilo.Build([("ProviderType", "AzureBlobStorage"), .. Account(service.Address)]);
        var note = Note.Of("text");
        var writing = ConfiguredSilo.Storage(silo).WriteStateAsync("note", Some.Grain(), note, Token);

        if (isItself)
        {
            await writing;
            Assert.Equal(("\"0x7\"", true), (note.ETag, note.RecordExists));
        }
        else
        {
            await Assert.ThrowsAsync<InconsistentStateException>(() => writing);
        }
    }

    private static (string, string)[] Account(string address) => [("ConnectionString", $"AccountName=account;AccountKey={WrongKey};BlobEndpoint={address.TrimEnd('/')}/account")];

    private static async Task FailsAsync((string, string)[] settings, string what, string where, string secret)
    {
        using var silo = ConfiguredSilo.Build([("ProviderType", "AzureBlobStorage"), .. settings]);
        var failure = await Assert.ThrowsAsync<StorageException>(() => ConfiguredSilo.OpenStorageAsync(silo));
        Assert.Contains(what, failure.ToString(), StringComparison.Ordinal);
        Assert.Contains(where, failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sig=", failure.ToString(), StringComparison.Ordinal);
    }

    private string Sas(AccountSasPermissions permissions) => new BlobServiceClient(new Uri(azurite.Server.Endpoint), new StorageSharedKeyCredential(AzuriteServer.Account, AzuriteServer.AccountKey))
        .GenerateAccountSasUri(permissions, TimeProvider.System.GetUtcNow().AddHours(1), AccountSasResourceTypes.Container | AccountSasResourceTypes.Object).AbsoluteUri;

    private static string Signature(string sas) => Uri.UnescapeDataString(sas[(sas.IndexOf("sig=", StringComparison.Ordinal) + 4)..].Split('&')[0]);
}
