using Assize.Evaluation.Suites;
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
}
