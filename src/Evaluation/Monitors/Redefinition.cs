namespace Assize.Evaluation.Monitors;

/// <summary>How a monitor is given its definition, the first time and again.</summary>
public static class Redefinition
{
    /// <summary>
    /// The ledger by a definition; one that it goes by already is the same ledger. Suites that were stored again meanwhile stay at the versions that anchors and benchmark have a
    /// baseline of, unless baselines are given up: nobody has asked for other ones.
    /// </summary>
    /// <exception cref="EvaluationException">The definition would judge otherwise, and there is nothing to build a bridge of.</exception>
    public static MonitorLedger Given(this MonitorLedger? standing, MonitorSpec spec, bool rebaseline, DateTimeOffset now)
    {
        if (standing is null)
        {
            return MonitorLedger.Begin(spec);
        }

        var next = rebaseline ? spec : spec.By(standing.Spec);
        if (!rebaseline && next.Repeats(standing))
        {
            return standing;
        }

        var updated = standing.Update(next, rebaseline, now);
        // Another judge waits for a bridge, and until then the definition stands.
        return updated.Spec.Revision == standing.Spec.Revision ? updated : updated with { Allotment = updated.Allotment.Under(standing.Spec, updated.Spec) };
    }

    /// <summary>The same with the versions of suites that another one fixed, where it names the same suites.</summary>
    private static MonitorSpec By(this MonitorSpec spec, MonitorSpec standing) => spec with
    {
        Anchors = spec.Definition.Anchors is { } anchors && standing.Definition.Anchors is { } before && (anchors.Suite, anchors.Candidate) == (before.Suite, before.Candidate)
            ? standing.Anchors
            : spec.Anchors,
        // A baseline run that is named has its own version.
        Benchmark = spec.Benchmark is { } fresh && standing.Benchmark is { } last && spec.Definition.Benchmark is { Baseline: null } benchmark
                && standing.Definition.Benchmark is { Baseline: null } settings && (benchmark.Suite, benchmark.Candidate) == (settings.Suite, settings.Candidate)
            ? fresh with { Version = last.Version, Candidate = last.Candidate }
            : spec.Benchmark,
    };
}
