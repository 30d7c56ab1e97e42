using Assize.Evaluation.Runs;

namespace Assize.Grains.Runs;

/// <summary>The life of one run: hands out shards, takes in what they found, and reports. It never sees a case's text.</summary>
[Alias("assize.run")]
public interface IRunGrain : IGrainWithStringKey
{
    /// <summary>Starts the run, or puts it back to work; a finished one stays finished.</summary>
    [Alias("Start")]
    Task Start(RunSpec spec);

    /// <summary>What the run is, or nothing when it never started.</summary>
    [Alias("Spec")]
    Task<RunSpec?> Spec();

    /// <summary>Takes in a finished shard's summary; a repeated one changes nothing.</summary>
    [Alias("Absorb")]
    Task Absorb(int shard, Summary summary);

    /// <summary>Takes in what a shard has that a budget stopped; the run begins nothing new, and ends when all that had begun have said so.</summary>
    [Alias("RunOut")]
    Task RunOut(int shard, Summary summary, string why);

    /// <summary>Where the run stands, with a report on what is finished so far.</summary>
    /// <exception cref="NoRunException">The run has not begun, or is removed.</exception>
    [Alias("Progress")]
    Task<RunProgress> Progress();

    /// <summary>Stops new calls and ends the run with what is finished.</summary>
    [Alias("Cancel")]
    Task<RunProgress> Cancel();

    /// <summary>Takes in what a shard's calls that were in flight when the run was cancelled have cost; said again, it changes nothing.</summary>
    [Alias("Settle")]
    Task Settle(int shard, Summary late);

    /// <summary>Whether the run is not at work: it has ended, or never started, or is removed.</summary>
    [Alias("Ended")]
    Task<bool> Ended();

    /// <summary>Forgets an ended run; its shards are not its affair.</summary>
    [Alias("Forget")]
    Task Forget();
}

/// <summary>Where a run stands at one moment.</summary>
/// <param name="Report">Final when the status is; otherwise on what is finished so far.</param>
/// <param name="At">When this was found out.</param>
/// <param name="InFlight">Cases being worked on.</param>
/// <param name="Trouble">What keeps the run from going on for the moment, in words for a person.</param>
[GenerateSerializer, Immutable, Alias("assize.run-progress")]
public sealed record RunProgress([property: Id(0)] Report Report, [property: Id(1)] DateTimeOffset At, [property: Id(2)] int InFlight, [property: Id(3)] string? Trouble);
