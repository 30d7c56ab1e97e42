using System.Collections.Immutable;
using System.Globalization;
using Assize.Cli.Reports;
using Assize.Evaluation;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Sampling;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Streams;

/// <summary>Goes through a recorded stream as a monitor would have: its first part is the baseline, what follows is watched row by row.</summary>
internal sealed class DriftRun(StreamFile file, DriftSettings settings)
{
    private const int ExamplesKept = 2048;
    private const int ExamplesTold = 5;
    private const int IdsRemembered = 65_536;

    private readonly List<BaselineScore> scores = [];
    private readonly List<BaselineScore> anchorScores = [];
    private readonly List<string> remarks = [];
    private readonly List<(Alarm Alarm, StreamRow Row)> first = [];
    private readonly Queue<(long Sequence, StreamRow Row, double Expected)> latest = new();
    private readonly LineMap lines = new();
    private readonly Levels before = new();
    private readonly Levels after = new();
    private SeenSamples seen = new(IdsRemembered);
    private DateTimeOffset? from;
    private DateTimeOffset? until;
    private JudgeVersion? judge;
    private long baselineRows;
    private long refused;
    private long further;
    private long unscored;
    private long anchors;
    private long repeated;
    private long repeatedAnchors;

    public DriftFindings Go()
    {
        if (file.ScaleInferred)
        {
            remarks.Add($"No scale was given; scores lie in {file.Scale.Words()}, and that is taken for it (--scale).");
        }

        if (file.Late > 0)
        {
            remarks.Add(string.Create(CultureInfo.InvariantCulture, $"{file.Late:#,0} {(file.Late == 1 ? "row lies" : "rows lie")} more than an hour behind one that stands before, and {(file.Late == 1 ? "counts" : "count")} there."));
        }

        Watch? watch = null;
        long number = 0;
        foreach (var row in file.Read())
        {
            number++;
            if (watch is null && settings.InBaseline(number, row, file.Rows))
            {
                Learn(row);
                continue;
            }

            if (watch is null && scores.Count < BaselineScores.Fewest)
            {
                return TooSmall();
            }

            watch ??= Begin();
            watch = Take(watch, row);
        }

        return watch is null
            ? scores.Count < BaselineScores.Fewest ? TooSmall() : Nothing("Nothing comes after the baseline.")
            : Told(watch);
    }

    private void Learn(StreamRow row)
    {
        baselineRows++;
        if (row.Judge is { } version)
        {
            if (judge is not null && judge != version)
            {
                throw new EvaluationException([new Mistake($"The baseline holds scores of two judge versions, '{judge}' and '{version}'.", "End it before the change with --baseline, or leave the column out with --judge -.") { File = file.Name, Line = row.Line }]);
            }

            judge = version;
        }

        if (Delivery(row) is { } id)
        {
            if (seen.Add(new SampleId(id)) is not { } more)
            {
                repeated++;
                repeatedAnchors += row.Anchor ? 1 : 0;
                return;
            }

            seen = more;
        }

        if (row.Score is not { } score)
        {
            return;
        }

        (from, until) = (Earlier(from, row.Time), Later(until, row.Time));
        (row.Anchor ? anchorScores : scores).Add(new BaselineScore(row.Item ?? row.Slice, score));
        if (!row.Anchor)
        {
            before.Add(score);
        }
    }

    private Watch Begin()
    {
        var baseline = BaselineScores.Of(new("baseline"), file.Scale, scores) with { From = from, Until = until, Judge = judge };
        var perDay = settings.PerDay ?? PerDay();
        var patience = new Patience(perDay, settings.Days);
        var items = anchorScores.Count == 0 ? null : AnchorScores.Of(new("anchors"), file.Scale, anchorScores, baseline.Mean.Deviation) with { Judge = judge };
        var detectors = settings.Make(baseline, patience);
        if (baseline.Count < BaselineScores.Enough && detectors.Any(detector => detector.Promise() is not null))
        {
            remarks.Add(string.Create(CultureInfo.InvariantCulture, $"The baseline has {baseline.Count} scores; below {BaselineScores.Enough} false alarms are more frequent than promised."));
        }

        if (items is not null && items.Slices.All.Length < AnchorScores.EnoughItems)
        {
            remarks.Add(string.Create(CultureInfo.InvariantCulture, $"There are {items.Slices.All.Length} anchor items; a verdict on judge or product is dependable from {AnchorScores.EnoughItems} on."));
        }

        return Watch.Of(baseline, patience, items, perDay * anchorScores.Count / Math.Max(1, scores.Count), detectors) with { Seen = new SeenSamples(IdsRemembered) };
    }

    private Watch Take(Watch watch, StreamRow row)
    {
        if (!watch.Baseline.Accepts(row.Judge))
        {
            if (watch.Anchors is not { } items || items.Slices.All.Length < AnchorScores.FewestItems)
            {
                refused++;
                return watch;
            }

            remarks.Add($"From line {row.Line.ToString(CultureInfo.InvariantCulture)} on '{row.Judge}' judges and no longer '{watch.Baseline.Judge}'; the anchors are the bridge.");
            watch = watch with
            {
                Baseline = watch.Baseline with { Bridges = watch.Baseline.Bridges.Add(row.Judge!.Value) },
                Anchors = items with { Bridges = items.Bridges.Add(row.Judge!.Value) },
            };
        }

        var (next, alarms) = watch.Observe(new Observation
        {
            Sequence = 0,
            Sample = new SampleId(Delivery(row) ?? $"line {row.Line.ToString(CultureInfo.InvariantCulture)}"),
            Slice = row.Item ?? row.Slice,
            Score = row.Score,
            Time = row.Time,
            Judge = row.Judge,
            Anchor = row.Anchor,
        });
        repeatedAnchors += row.Anchor ? next.Duplicates - watch.Duplicates : 0;
        if (next.Sequence > watch.Sequence)
        {
            Note(next, row);
        }

        foreach (var alarm in alarms)
        {
            if (first.Any(known => (known.Alarm.Detector, known.Alarm.Stream) == (alarm.Detector, alarm.Stream)))
            {
                further++;
            }
            else
            {
                first.Add((alarm, row));
            }
        }

        return next;
    }

    /// <summary>What a row is known by when it is delivered again; null when that cannot be told. An anchor comes again by its nature: only by its time, or an id beside its item's, is a repeated delivery told from another round.</summary>
    private string? Delivery(StreamRow row) => row switch
    {
        { Id: null } => null,
        { Anchor: false } => row.Id,
        { Time: { } time } => $"{row.Id} {time:O}",
        _ => file.Columns.Item is null || row.Id == row.Item?.Value ? null : row.Id,
    };

    private void Note(Watch watch, StreamRow row)
    {
        lines.Add(watch.Sequence, row.Line, row.Time);
        unscored += row.Score is null ? 1 : 0;
        anchors += row is { Anchor: true, Score: not null } ? 1 : 0;
        if (row is not { Anchor: false, Score: { } score })
        {
            return;
        }

        after.Add(score);
        if (first.Count == 0 && watch.Baseline.Slices.Find(row.Slice) is { } slice)
        {
            latest.Enqueue((watch.Sequence, row, slice.Mean));
            if (latest.Count > ExamplesKept)
            {
                latest.Dequeue();
            }
        }
    }

    private DriftFindings Told(Watch watch)
    {
        if (repeatedAnchors > 0)
        {
            remarks.Add(string.Create(CultureInfo.InvariantCulture, $"{Figures.Plural(repeatedAnchors, "anchor row repeats", "anchor rows repeat")} an id{(file.Columns.Time is null ? "" : " and its time")} and {(repeatedAnchors == 1 ? "is" : "are")} left out as delivered twice; where anchors are judged again under the same id, leave the column out with --id -."));
        }

        var (alarm, changed) = (watch.InDrift, watch.InDrift?.ChangedAt ?? watch.InDrift?.Sequence ?? 1);
        var production = Since(watch, changed) is { IsEmpty: false } since ? since : watch.History.Since(0);
        var attribution = DriftExplanation.Slices(watch.Baseline, production);
        var scored = watch.Detectors[0].Scored;
        var unplaced = watch.Detectors[0].Unplaced;
        var falseAlarms = FalseAlarms.Of(watch);
        var why = alarm is not null ? null
            : refused > 0 ? string.Create(CultureInfo.InvariantCulture, $"{refused:#,0} scores are of another judge version than the baseline's ('{watch.Baseline.Judge}') and cannot be compared without a bridge: judge anchors with both, or make a baseline with the new judge.")
            : scored == 0 ? "No score after the baseline could be compared with it."
            : unplaced > scored ? "Most scores after the baseline are of slices that it does not have."
            : null;
        return Start(alarm is not null ? DriftVerdict.Alarm : why is null ? DriftVerdict.Quiet : DriftVerdict.Inconclusive, why) with
        {
            Baseline = DriftExplanation.Facts(watch, baselineRows, repeated, anchorScores.Count),
            Patience = watch.Patience,
            FalseAlarms = falseAlarms.Sentence,
            Promises = [.. falseAlarms.Production.Select(each => new PromiseFacts(each.Detectors, each.Promise is { Guaranteed: true }, each.Promise?.Scores, each.Days))],
            Planning = DriftExplanation.Planning(watch),
            Monitored = new MonitoredFacts(file.Rows - baselineRows, scored, unscored, watch.Duplicates, unplaced, anchors, watch.UnplacedAnchors, refused),
            Alarms = [.. first.Select(each => Facts(each.Alarm, each.Row, falseAlarms))],
            FurtherAlarms = further,
            Slices = [.. attribution.Parts.Select(part => DriftExplanation.Facts(part, watch.Baseline, production))],
            Within = attribution.Within,
            Mix = attribution.Mix,
            Anchors = alarm is null || watch.Anchors is null ? null : DriftExplanation.Anchors(watch),
            Examples = alarm is null ? [] : Examples(alarm, changed),
            Descriptions = before.Against(after, file.Scale),
            Curve = [.. watch.History.Stretches.Select(stretch => new CurvePoint(lines.Line(stretch.First) ?? 0, lines.Line(stretch.Last) ?? 0, stretch.Total.Count, stretch.Total.Mean, stretch.Level))],
        };
    }

    /// <summary>The scores since a change, by slice. The stretch of the history in which it lies began before it, so what follows the change there is taken from the scores before the alarm.</summary>
    private ImmutableSortedDictionary<Slice, WeightedSample> Since(Watch watch, long changed)
    {
        var whole = watch.History.Since(changed);
        var divided = watch.History.Stretches.FirstOrDefault(stretch => stretch.First < changed && stretch.Last >= changed);
        return divided is null || latest.All(each => each.Sequence > changed)
            ? whole
            : latest.Where(each => each.Sequence >= changed && each.Sequence <= divided.Last).Aggregate(whole, (all, each) =>
            {
                var slice = watch.Baseline.Slices.Find(each.Row.Slice)!.Slice;
                return all.SetItem(slice, all.GetValueOrDefault(slice).Add(each.Row.Score!.Value, 1));
            });
    }

    private AlarmFacts Facts(Alarm alarm, StreamRow row, FalseAlarms falseAlarms) => new(
        row.Line, alarm.Time, alarm.Detector, alarm.Stream, alarm.Channel, alarm.Direction, alarm.Evidence, alarm.Threshold,
        alarm.ChangedAt is { } at ? lines.Line(at) : null, alarm.ChangedAt is { } then ? lines.Time(then) : null, alarm.Delay, [.. alarm.Slices.Select(slice => slice.Value)], falseAlarms.Of(alarm));

    /// <summary>The scores that spoke loudest for the winning bet since the change: of one bet's factors, ln L grows with the distance from what was expected.</summary>
    private ImmutableArray<ExampleFacts> Examples(Alarm alarm, long changed)
    {
        var side = alarm.Direction is Direction.Drop ? 1 : -1;
        return [.. latest.Where(each => each.Sequence >= changed).OrderBy(each => side * (each.Row.Score!.Value - each.Expected)).ThenBy(each => each.Sequence).Take(ExamplesTold)
            .Select(each => new ExampleFacts(each.Row.Line, each.Row.Id, each.Row.Slice.Value, each.Row.Score!.Value, each.Expected))];
    }

    private DriftFindings TooSmall() => Nothing(string.Create(CultureInfo.InvariantCulture, $"The baseline has {scores.Count} production scores; at least {BaselineScores.Fewest} are needed, {BaselineScores.Enough} and more are better."));

    private DriftFindings Nothing(string why) => Start(DriftVerdict.Inconclusive, why);

    private DriftFindings Start(DriftVerdict verdict, string? why) => new() { Verdict = verdict, Why = why, File = file.Name, Rows = file.Rows, Scale = file.Scale.Words(), Remarks = [.. remarks] };

    /// <summary>Production scores a day: by the times of the baseline, or 1,000 where there are none.</summary>
    private double PerDay()
    {
        const double assumed = 1000;
        if (from is { } start && until is { } end && (end - start).TotalHours >= 1)
        {
            return Math.Max(1, scores.Count / (end - start).TotalDays);
        }

        remarks.Add("Nothing says how much is judged a day; 1,000 production scores are taken for it (--per-day).");
        return assumed;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;

    private static DateTimeOffset? Later(DateTimeOffset? a, DateTimeOffset? b) => a is null || b > a ? b ?? a : a;
}
