namespace Assize.Evaluation.Runs;

/// <summary>What is due to be removed at one moment: runs, and replies of runs, that were started before a time.</summary>
public sealed record Expiry(DateTimeOffset Runs, DateTimeOffset Replies)
{
    /// <param name="now">The moment.</param>
    /// <param name="runs">How long a run is kept after its start.</param>
    /// <param name="replies">How long its replies are kept, if longer.</param>
    public static Expiry At(DateTimeOffset now, TimeSpan runs, TimeSpan? replies) => new(Before(now, runs), Before(now, replies > runs ? replies.Value : runs));

    /// <summary>What should become of a run; the same as before when nothing is due.</summary>
    public RunFate Of(RunFate fate, DateTimeOffset started) => fate switch
    {
        RunFate.Standing when started < Replies => RunFate.Leaving,
        RunFate.Standing when started < Runs => RunFate.Stripping,
        RunFate.Stripped when started < Replies => RunFate.Leaving,
        _ => fate,
    };

    private static DateTimeOffset Before(DateTimeOffset now, TimeSpan age) => now - DateTimeOffset.MinValue > age ? now - age : DateTimeOffset.MinValue;
}
