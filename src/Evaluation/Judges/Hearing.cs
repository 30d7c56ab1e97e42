using Assize.Evaluation.Models;

namespace Assize.Evaluation.Judges;

/// <summary>One question to a judge's model about one order of presentation, and at most one repair question after it.</summary>
internal sealed class Hearing(JudgeBrief brief, Trial trial, Nonce nonce, Response a, Response? b)
{
    private readonly bool isSealed = trial.Models.Find(brief.Model) is { StructuredOutput: true };

    public Prompt Question() => brief.Question(trial, nonce, isSealed, a, b);

    public VerdictReading Read(Completion completion) => brief.Form.Read(completion, nonce, isSealed);

    public Prompt Repair(Completion first, VerdictReading.Unreadable why) =>
        brief.Repair(Question(), first is Completion.Replied replied ? replied.Text : "", why.Reason, nonce, isSealed);

    /// <summary>The reply to the repair question; asked for the verdict alone, it leaves the first reply to explain it.</summary>
    public VerdictReading ReadRepair(Completion first, Completion repair) => Read(repair) switch
    {
        VerdictReading.Given { Explanation: null } given when first is Completion.Replied { Text: var text } && !string.IsNullOrWhiteSpace(text) =>
            given with { Explanation = text.Trim() },
        VerdictReading.Unreadable still => still with { Detail = Material.Line($"also after asking again, {still.Detail}", VerdictForm.LongestDetail) },
        var reading => reading,
    };
}
