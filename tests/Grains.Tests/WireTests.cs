using System.Text.Json.Nodes;
using Assize.Evaluation.Suites;
using Assize.Grains.Suites;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Assize.Grains.Tests;

public sealed class WireTests
{
    [Fact]
    public async Task AStreamedStateIsTheStoredOneByteForByte()
    {
        using var services = new ServiceCollection().AddWire().BuildServiceProvider();
        var whole = services.GetRequiredService<IGrainStorageSerializer>();
        var streaming = Assert.IsAssignableFrom<IGrainStorageStreamingSerializer>(whole);
        var kept = new Kept<Chunk> { Value = new Chunk([.. Enumerable.Range(0, 500).Select(i => Some.Exhibit("streamed", i))]) };

        using var stream = new MemoryStream();
        await streaming.SerializeAsync(kept, stream, TestContext.Current.CancellationToken);
        stream.Position = 0;
        var read = await streaming.DeserializeAsync<Kept<Chunk>>(stream, TestContext.Current.CancellationToken);

        Assert.Equal(whole.Serialize(kept).ToString(), whole.Serialize(read).ToString());
        Assert.Equal(whole.Serialize(kept).ToArray(), stream.ToArray());
    }

    [Fact]
    public void ASuiteThatWasStoredBeforeVersionsExpiredIsReadAndStoredAgain()
    {
        using var services = new ServiceCollection().AddWire().BuildServiceProvider();
        var serializer = services.GetRequiredService<IGrainStorageSerializer>();
        var version = new SuiteContents { Version = new("first"), Definition = Some.Definition("old"), Cases = 1, Created = DateTimeOffset.UnixEpoch, Plan = new CasePlan("upload", [1]) };
        var stored = JsonNode.Parse(serializer.Serialize(new Kept<SuiteLedger> { Value = new SuiteLedger(new SuiteRecord(new("old"), [version]), []) }).ToString())!;
        var ledger = stored.AsObject().Single().Value!.AsObject();
        Assert.True(ledger.Remove(ledger.Single(field => field.Key.Equals(nameof(SuiteLedger.Dropped), StringComparison.OrdinalIgnoreCase)).Key));

        var read = serializer.Deserialize<Kept<SuiteLedger>>(new BinaryData(stored.ToJsonString()));

        Assert.Empty(read!.Value!.Dropped);
        Assert.Contains("old", serializer.Serialize(read).ToString(), StringComparison.Ordinal);
    }
}
