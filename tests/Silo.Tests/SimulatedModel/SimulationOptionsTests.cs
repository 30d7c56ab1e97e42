using Assize.SimulatedModel;

namespace Assize.Silo.Tests.SimulatedModel;

public sealed class SimulationOptionsTests
{
    public static TheoryData<SimulationOptions, string> Mistakes => new()
    {
        { new() { LimitedShare = 1.5 }, "LimitedShare is 1.5, and has to lie between 0 and 1." },
        { new() { ErrorShare = -0.5 }, "ErrorShare is -0.5, and has to lie between 0 and 1." },
        { new() { HangShare = double.NaN }, "HangShare is NaN, and has to lie between 0 and 1." },
        { new() { MalformedShare = 2 }, "MalformedShare is 2, and has to lie between 0 and 1." },
        { new() { RefusalShare = 2 }, "RefusalShare is 2, and has to lie between 0 and 1." },
        { new() { Accuracy = 90 }, "Accuracy is 90, and has to lie between 0 and 1." },
        { new() { PositionBias = -1 }, "PositionBias is -1, and has to lie between 0 and 1." },
        { new() { LatencyMs = -1 }, "LatencyMs is -1, and cannot be negative." },
        { new() { LatencySpread = -1 }, "LatencySpread is -1, and cannot be negative." },
        { new() { Noise = -1 }, "Noise is -1, and cannot be negative." },
        { new() { Concurrency = 0 }, "Concurrency is 0, and has to be at least 1." },
        { new() { RequestsPerMinute = 0 }, "RequestsPerMinute is 0, and has to be at least 1." },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void AMistakeIsASentence(SimulationOptions options, string message) => Assert.Equal([message], options.Check());

    [Fact]
    public void NothingIsWrongWithTheDefaults() => Assert.Empty(new SimulationOptions().Check());

    [Fact]
    public async Task AServerStartsWithNoMistakeAndNamesThemAll()
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => SimulatedModelServer.StartAsync(new() { Accuracy = 2, Concurrency = 0 }, 0, TestContext.Current.CancellationToken));
        Assert.Contains("Accuracy is 2, and has to lie between 0 and 1. Concurrency is 0, and has to be at least 1.", refused.Message, StringComparison.Ordinal);
    }
}
