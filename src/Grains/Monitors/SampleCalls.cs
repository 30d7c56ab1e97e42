using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Grains.Budgets;
using Assize.Grains.Models;
using Assize.Grains.Runs;

namespace Assize.Grains.Monitors;

/// <summary>The calls about one monitor's samples and anchors, within the budgets of its tenant and its models; where none is declared nothing is counted.</summary>
internal sealed class SampleCalls(IGrainFactory grains, InstallationSecret secret, MonitorMoney money, TimeProvider time, CancellationToken stop, CancellationToken abandon)
{
    private SampleMoney? held;
    private string? obstacle;

    /// <summary>The budget that has not enough left for a sample, in words; null when there is none.</summary>
    public string? Lacking => held?.Lacking;

    /// <summary>What keeps samples from their scores, in words for a person; null when nothing does.</summary>
    public string? Trouble => Lacking is { } budget ? $"{budget} has not enough left: what is drawn gets no score until there is money again" : obstacle;

    /// <summary>A sample's record and whether its answer imitates a verdict, or the budget that has not enough left for it.</summary>
    /// <param name="asks">Hears of each completion before it is asked for.</param>
    public async Task<(CaseRecord? Record, string? Lacking, bool Imitates)> Judge(Principal principal, SuiteDefinition suite, Exhibit exhibit, Action<CompletionKey>? asks = null)
    {
        var work = new CaseWork(suite, principal, secret);
        var asker = new PayingAsker(principal, grains, time, told => obstacle = told, stop, abandon) { Asks = asks, GivenUp = call => held?.Waste(call) };
        if (Held(principal) is not { } own)
        {
            var (record, imitates) = await work.Record(exhibit, asker);
            return (record, null, imitates);
        }

        var judged = await MeteredCase.Record(own, principal, suite, work, exhibit, asker);
        return (judged?.Record, judged is null ? own.Stopped : null, judged is { Imitates: true });
    }

    /// <summary>An anchor's record as <see cref="Judge"/> has it; what was paid for when its round was broken off needs no money.</summary>
    /// <param name="asks">Hears of each completion that the record is made of.</param>
    public async Task<(CaseRecord? Record, string? Lacking)> JudgeAnchor(Principal principal, SuiteDefinition suite, Exhibit anchor, Action<CompletionKey> asks)
    {
        if (Held(principal) is not null)
        {
            var kept = new RereadingAsker(principal.Tenant, principal.Models, grains);
            var (record, _) = await new CaseWork(suite, principal, secret).Record(anchor, kept);
            foreach (var key in kept.Found)
            {
                asks(key);
            }

            if (!kept.Missed)
            {
                return (record, null);
            }
        }

        var (judged, lacking, _) = await Judge(principal, suite, anchor, asks);
        // Begun, and without money for the repair question.
        return judged?.Judgements.Any(judgement => judgement.Outcome is Outcome.Unscored { Reason: Reason.Budget }) is true ? (null, held?.Stopped) : (judged, lacking);
    }

    /// <summary>Whether all of these can be paid for, and if not, which budget has not enough left.</summary>
    public async Task<string?> Lacks(Principal principal, SuiteDefinition suite, ImmutableArray<Exhibit> exhibits, int times)
    {
        return Held(principal) is not { } own ? null
            : await own.Lacks(exhibits.Aggregate(Costs.None, (sum, exhibit) => sum.Plus(Rehearsal.Expected(suite, principal.Models, exhibit, own.Scale))).Times(times));
    }

    private SampleMoney? Held(Principal principal)
    {
        if (!money.Binds(principal.Tenant, principal.Models.Cards.Select(card => card.Name)))
        {
            return null;
        }

        return held ??= new SampleMoney(money, principal.Tenant, time, told => obstacle = told, stop, abandon);
    }
}
