using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;
using Assize.Gateway.Traffic;

namespace Assize.Gateway.Tests.Traffic;

public sealed class FillingBatchTests
{
    [Theory]
    [InlineData(10, 64)]
    [InlineData(1_000_000, 4)]
    public void ABatchEndsBeforeItIsTooLargeForAMessage(int chars, int drawn)
    {
        var batch = new FillingBatch(null);
        var interaction = new Interaction { Id = new("i"), Time = default, Application = new("shop"), Messages = [], Response = new string('x', chars) };
        while (!batch.IsFull)
        {
            batch.Draw(new Drawn(interaction, Slice.All, 1), turn: false, keep: true);
        }

        Assert.Equal(drawn, batch.Drawn);
    }

    [Theory]
    [InlineData(10, 8)]
    [InlineData(1_000_000, 4)]
    public async Task SamplesThatAreNotKeptAreBoundedByTheirTextsToo(int chars, int most)
    {
        using var stop = new CancellationTokenSource();
        var judge = new TaskCompletionSource();
        var samples = new UnkeptSamples(_ => judge.Task.WaitAsync(stop.Token), "here", TimeProvider.System, stop.Token);
        var interaction = new Interaction { Id = new("i"), Time = default, Application = new("shop"), Messages = [], Response = new string('x', chars) };

        // Some are with the judge at once, and no more than a batch waits behind them.
        var found = Enumerable.Range(0, 100).Count(_ => samples.Add(new Drawn(interaction, Slice.All, 1)) is not null);

        Assert.InRange(found, most, 2 * most);
        await stop.CancelAsync();
        await samples.Rest();
    }
}
