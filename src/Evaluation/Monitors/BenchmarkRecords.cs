using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Drift;
using Assize.Evaluation.Statistics;

namespace Assize.Evaluation.Monitors;

/// <summary>What becomes of a monitor when a run of its benchmark has ended, and when somebody deals with what that showed.</summary>
public static class BenchmarkRecords
{
    private const string Confirmed = "The detector found it as well";

    /// <summary>
    /// Takes what a run of the benchmark came to. A criterion whose evidence reached the threshold in it is an alarm; one that the gate fails is too, unless only the detector is to raise them. A run that is not under way
    /// changes nothing, nor does a comparison that began before somebody gave the evidence up: it is to be made again.
    /// </summary>
    /// <param name="complete">Whether all cases were done.</param>
    /// <param name="pass">The run past the detectors; null where nothing was compared.</param>
    public static MonitorLedger Record(this MonitorLedger ledger, BenchmarkRun run, BenchmarkResult result, bool complete, DateTimeOffset now, BenchmarkPass? pass = null)
    {
        if (ledger.Benchmark is not { } book || book.Open != run || (pass is not null && pass.Before.Restarts != book.Evidence.Restarts))
        {
            return ledger;
        }

        var done = book.Done(ledger.Spec, result, complete, now) with { Evidence = pass?.After ?? book.Evidence };
        return ledger with { Benchmark = done, Watch = ledger.Watch with { Alarms = result.Lines.Aggregate(ledger.Watch.Alarms, (alarms, line) => Told(alarms, line, pass)) } };

        AlarmBook Told(AlarmBook alarms, BenchmarkLine line, BenchmarkPass? seen)
        {
            var course = seen?.Courses.FirstOrDefault(one => one.Watch.Name == line.Name);
            return course is { Found: { } found } ? Found(alarms, found with { Time = now }, line, course)
                : line.Verdict is GateVerdict.Fail && !ledger.Spec.Definition.Benchmark!.DetectorOnly
                    ? Raised(alarms, line.Failed(run, now), line, course, BenchmarkLine.Expected(ledger.Spec.Definition.Benchmark.Schedule.PerDay(ledger.Spec.Changed)))
                : alarms;
        }

        AlarmBook Found(AlarmBook alarms, Alarm alarm, BenchmarkLine line, BenchmarkCourse course)
        {
            var standing = alarms.Standing.FirstOrDefault(one => one.Tells(alarm));
            var next = Raised(alarms, alarm, line, course, done.Evidence.Expected!);
            // What rang first keeps its own promise, and is told once of a stronger one.
            return standing is { Alarm.Detector: BenchmarkEvidence.Gate } && standing.History.All(one => !one.Note.StartsWith(Confirmed, StringComparison.Ordinal))
                ? next.Remark(standing.Number, AlarmBook.Monitor, string.Create(
                    CultureInfo.InvariantCulture, $"{Confirmed}, since run {alarm.ChangedAt}: evidence {alarm.Evidence:0} over threshold {alarm.Threshold:0}. {done.Evidence.Expected}"), now)
                : next;
        }

        AlarmBook Raised(AlarmBook alarms, Alarm alarm, BenchmarkLine line, BenchmarkCourse? course, string expected) => alarms.Raise(
            alarm, Explained(done, run, line, alarm, course), new(book.Baseline!.Value.Value), expected, MonitorAlarm.Benchmark, now);
    }

    /// <summary>Notes that the baseline run is not kept any more; another one that took its place meanwhile is not meant.</summary>
    public static MonitorLedger BaselineLost(this MonitorLedger ledger, RunId baseline) =>
        ledger.Benchmark is { Lost: false } book && book.Baseline == baseline ? ledger with { Benchmark = book with { Lost = true } } : ledger;

    /// <summary>The ledger after somebody has dealt with an alarm of the benchmark: where none stands any more its evidence begins anew, and where the baseline is given up the next complete run is the new one.</summary>
    /// <exception cref="EvaluationException">The baseline is named in the definition.</exception>
    internal static MonitorLedger Dealt(this MonitorLedger ledger, ScoreWatch watch, Acknowledgement how)
    {
        var book = ledger.Benchmark;
        if (how.Rebaseline)
        {
            return ledger.Spec.Definition.Benchmark is { Baseline: { } named }
                ? throw new EvaluationException([new Mistake(
                    $"The benchmark's baseline is run {named}, which the definition names.", "Name another run under benchmark.baseline, or leave it out, and apply the file.") { Field = "rebaseline" }])
                : ledger with { Watch = watch, Benchmark = book?.Anew() };
        }

        // What was resolved before is not resolved again.
        var over = how.To is AlarmState.Resolved && !ReferenceEquals(watch.Alarms, ledger.Watch.Alarms) && watch.Alarms.Standing.All(one => one.Alarm.Stream is not AlarmSource.Benchmark);
        return ledger with { Watch = watch, Benchmark = over && book is not null ? book with { Evidence = book.Evidence.Restarted() } : book };
    }

    /// <summary>The change in numbers: the differences of all runs since the one in which it began, as far as they are remembered.</summary>
    private static Explanation Explained(BenchmarkBook done, BenchmarkRun run, BenchmarkLine line, Alarm alarm, BenchmarkCourse? course)
    {
        var since = done.Results.Where(result => result.Number >= alarm.ChangedAt && result.Number <= run.Number).ToArray();
        BenchmarkLine[] lines = [.. since.SelectMany(result => result.Lines).Where(one => one.Name == line.Name && one.Difference is not null)];
        var pairs = lines.Sum(one => one.Pairs);
        var difference = lines.Sum(one => one.Difference!.Value * one.Pairs) / pairs;
        ImmutableArray<Runs.PairedScore> examples = course is null ? [] : alarm.Direction is Direction.Drop ? course.Fallen : course.Risen;
        return new Explanation
        {
            Since = since[0].Number,
            SinceTime = since[0].Number == run.Number ? run.Begun : since[0].At,
            Scores = pairs,
            Before = line.Before!.Value,
            After = line.Before.Value + difference,
            Slices = [],
            Examples = [.. examples.Select(pair => new Sampling.SampleId(pair.Case.Value))],
        };
    }
}
