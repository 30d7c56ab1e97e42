namespace Assize.Evaluation.Suites;

/// <summary>How large a suite may be; what exceeds a limit is refused with the limit's name.</summary>
public sealed record SuiteLimits
{
    public static SuiteLimits Default { get; } = new();

    /// <summary>Bytes of one file of cases or responses.</summary>
    public long MaxFileBytes { get; init; } = 10_000_000_000;

    /// <summary>Bytes of the suite document.</summary>
    public int MaxDocumentBytes { get; init; } = 4_000_000;

    /// <summary>Bytes of one line of a JSONL file, or of one row of a CSV file.</summary>
    public int MaxLineBytes { get; init; } = 4_000_000;

    public int MaxCases { get; init; } = 10_000_000;

    /// <summary>Turns of one case.</summary>
    public int MaxTurns { get; init; } = 100;

    /// <summary>UTF-16 characters of one text: a message, a reference, a response.</summary>
    public int MaxFieldChars { get; init; } = 1_000_000;

    public int MaxCandidates { get; init; } = 100;

    public int MaxJudges { get; init; } = 100;
}
