using Assize.Evaluation;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Statistics;

namespace Assize.Cli.Reports;

/// <summary>What an interval allows to be said about B against A.</summary>
internal enum Tone
{
    /// <summary>The whole interval lies on B's side, or there is none and the test says so.</summary>
    Better,

    /// <summary>The whole interval lies on A's side, or there is none and the test says so.</summary>
    Worse,

    /// <summary>The interval holds the value that means no difference, or the test does not bear the interval out.</summary>
    NotShown,

    /// <summary>There is no interval, nor a test that decides.</summary>
    Unknown,
}

/// <summary>What one comparison over all cases says, in a sentence that claims no more than its interval.</summary>
internal sealed record Finding(CandidateName A, CandidateName B, string Label, Tone Tone, string Sentence)
{
    /// <summary>The line behind a difference of scores; null for a preference.</summary>
    public DifferenceLine? Difference { get; init; }

    /// <summary>The line behind a preference; null for a difference of scores.</summary>
    public PreferenceLine? Preference { get; init; }

    /// <summary>The level at which a test has to bear out what an interval of 95 % shows.</summary>
    public const double Level = 0.05;

    /// <param name="estimate">What was estimated.</param>
    /// <param name="anchor">The value that means no difference.</param>
    /// <param name="p">Two-sided p of no difference; null when undefined.</param>
    public static Tone Of(Estimate estimate, double anchor, double? p) => estimate switch
    {
        // Values that are all equal have no interval, and may have a test all the same: that of 30 cases all 30 changed for the worse is no matter of chance.
        { Value: { } value, Low: null, High: null } when p < Level && value != anchor => value > anchor ? Tone.Better : Tone.Worse,
        not { Value: not null, Low: not null, High: not null } => Tone.Unknown,
        { Low: { } low } when low > anchor && !(p >= Level) => Tone.Better,
        { High: { } high } when high < anchor && !(p >= Level) => Tone.Worse,
        _ => Tone.NotShown,
    };

    public static Tone Of(DifferenceLine line) => Of(line.Estimate, 0, line.P ?? line.Unanimous);

    public static Tone Of(PreferenceLine line) => Of(line.WinRate, 0.5, line.P ?? line.Unanimous);

    /// <summary>A sign that is read without its colour.</summary>
    public static string Sign(Tone tone) => tone switch
    {
        Tone.Better => "▲",
        Tone.Worse => "▼",
        Tone.NotShown => "○",
        _ => "?",
    };

    public static string Words(Tone tone) => tone switch
    {
        Tone.Better => "better",
        Tone.Worse => "worse",
        Tone.NotShown => "no difference shown",
        _ => "undecidable",
    };
}
