using Assize.Evaluation.Judges;
using Assize.Evaluation.Runs;

namespace Assize.Evaluation.Budgets;

/// <summary>What finished cases cost, by their records.</summary>
public static class Spending
{
    public static long Of(Call call) => call.Usage.CostMicros + call.FailedUsage.CostMicros;

    public static Costs Of(CaseRecord record) =>
        Calls(record).Aggregate(Costs.None, (sum, call) => sum.Plus(Costs.Of(call.Model, Of(call))));

    /// <summary>What a run paid, by model.</summary>
    public static Costs Of(Report report) => Of(report.Usage);

    public static Costs Of(IEnumerable<UsageLine> usage) => usage.Aggregate(Costs.None, (sum, line) => sum.Plus(Costs.Of(line.Model, line.Usage.CostMicros)));

    /// <summary>Whether a case was not reached: it wanted calls, and there was money for none of them.</summary>
    public static bool Unreached(CaseRecord record) =>
        Calls(record).Any() && Calls(record).All(call => call.Failed is Reason.Budget);

    private static IEnumerable<Call> Calls(CaseRecord record) =>
        record.Responses.SelectMany(answered => answered.Calls).Concat(record.Judgements.SelectMany(judgement => judgement.Calls));
}
