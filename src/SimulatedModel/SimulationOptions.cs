using System.Text.Json;

namespace Assize.SimulatedModel;

/// <summary>What the simulated model does, and does wrong. Shares and probabilities go from 0 to 1.</summary>
public sealed record SimulationOptions
{
    /// <summary>Fixes every choice: the same seed and request give the same reply.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Mean time to a reply, in milliseconds.</summary>
    public double LatencyMs { get; init; }

    /// <summary>Spread of that time: the sigma of its logarithm; 0 makes it fixed.</summary>
    public double LatencySpread { get; init; }

    /// <summary>Requests served at once; one more gets status 429. Null for any number.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Requests a minute, in a bucket of one second's worth; one more gets status 429 with Retry-After. Null for any number.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Share of requests whose first attempts get status 429.</summary>
    public double LimitedShare { get; init; }

    /// <summary>Share of requests whose first attempts get status 500.</summary>
    public double ErrorShare { get; init; }

    /// <summary>Share of requests whose first attempt is never answered.</summary>
    public double HangShare { get; init; }

    /// <summary>Share of judge requests answered without a readable verdict.</summary>
    public double MalformedShare { get; init; }

    /// <summary>Share of requests that are refused.</summary>
    public double RefusalShare { get; init; }

    /// <summary>Probability that a verdict is the true one, before noise.</summary>
    public double Accuracy { get; init; } = 0.9;

    /// <summary>Probability that a comparison goes to what is shown first, whatever it is.</summary>
    public double PositionBias { get; init; } = 0.05;

    /// <summary>What a judged answer of a thousand characters gains, as a share of the scale.</summary>
    public double VerbosityBias { get; init; }

    /// <summary>Standard deviation added to a score, as a share of the scale.</summary>
    public double Noise { get; init; } = 0.08;

    /// <summary>What every score gains, as a share of the scale, −1 to 1: a judge that became lenient, or strict. It may be changed while the server runs, at <c>/knobs?Leniency=0.2</c>.</summary>
    public double Leniency { get; init; }

    /// <summary>A JSON Lines file of {"text", "quality"} that says how good texts truly are, from 0 to 1; texts that are not in it are measured against their reference.</summary>
    public string? TruthFile { get; init; }

    /// <summary>Whether repeated bodies are counted, at 16 bytes a body.</summary>
    public bool TrackBodies { get; init; } = true;

    /// <summary>What is wrong with the settings, each a sentence.</summary>
    public IEnumerable<string> Check()
    {
        foreach (var (name, value) in new[]
        {
            (nameof(LimitedShare), LimitedShare), (nameof(ErrorShare), ErrorShare), (nameof(HangShare), HangShare), (nameof(MalformedShare), MalformedShare),
            (nameof(RefusalShare), RefusalShare), (nameof(Accuracy), Accuracy), (nameof(PositionBias), PositionBias),
        })
        {
            if (value is not (>= 0 and <= 1))
            {
                yield return $"{name} is {value}, and has to lie between 0 and 1.";
            }
        }

        foreach (var (name, value) in new[] { (nameof(LatencyMs), LatencyMs), (nameof(LatencySpread), LatencySpread), (nameof(Noise), Noise) })
        {
            if (value is not (>= 0 and < 1e6))
            {
                yield return $"{name} is {value}, and cannot be negative.";
            }
        }

        if (Leniency is not (>= -1 and <= 1))
        {
            yield return $"{nameof(Leniency)} is {Leniency}, and has to lie between -1 and 1.";
        }

        if (Concurrency < 1)
        {
            yield return $"{nameof(Concurrency)} is {Concurrency}, and has to be at least 1.";
        }

        if (RequestsPerMinute < 1)
        {
            yield return $"{nameof(RequestsPerMinute)} is {RequestsPerMinute}, and has to be at least 1.";
        }
    }

    internal Dictionary<string, double> Truth()
    {
        var truth = new Dictionary<string, double>(StringComparer.Ordinal);
        if (TruthFile is not null)
        {
            foreach (var line in File.ReadLines(TruthFile).Where(line => !string.IsNullOrWhiteSpace(line)))
            {
                using var row = JsonDocument.Parse(line);
                truth[row.RootElement.GetProperty("text").GetString() ?? ""] = row.RootElement.GetProperty("quality").GetDouble();
            }
        }

        return truth;
    }
}

/// <summary>What a simulated model has counted.</summary>
/// <param name="Requests">All requests for a completion.</param>
/// <param name="Answered">Those with status 200.</param>
/// <param name="Limited">Those with status 429.</param>
/// <param name="Failed">Those with another error, and those given up by the client.</param>
/// <param name="Distinct">Different bodies.</param>
/// <param name="RepeatedAfterAnswer">Requests whose very body had been answered before: what a client paid for twice.</param>
/// <param name="InFlight">Requests being served.</param>
/// <param name="MaxInFlight">The most at one time.</param>
public sealed record SimulationStats(long Requests, long Answered, long Limited, long Failed, long Distinct, long RepeatedAfterAnswer, int InFlight, int MaxInFlight)
{
    /// <summary>When the earliest answered of the repeated bodies was answered first; null when none was repeated.</summary>
    public DateTimeOffset? RepeatedFrom { get; init; }
}

/// <summary>A tenth of a second in a simulated model's log.</summary>
/// <param name="At">In seconds since its start.</param>
/// <param name="Accepted">Requests let in.</param>
/// <param name="Limited">Requests turned away with status 429 at the door.</param>
/// <param name="Tokens">Tokens of the requests answered.</param>
public sealed record SimulationTenth(double At, int Accepted, int Limited, long Tokens);
