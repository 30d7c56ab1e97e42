using System.CommandLine;
using System.Globalization;
using Assize.Cli.Hosting;
using Assize.Cli.Reports;
using Assize.Cli.Suites;
using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Commands;

/// <summary><c>assize validate</c>: every mistake of a suite, without running anything.</summary>
internal static class ValidateCommand
{
    private static readonly Argument<string> Suite = new("suite") { Description = "The suite's YAML or JSON file" };

    private const uint MostRehearsed = 1000;

    public static Command Make()
    {
        var command = new Command("validate", "Check a suite and its files; runs nothing").With(Suite, ClusterSettings.Config);
        command.SetAction((parsed, _) => Errors.Guard(() =>
        {
            var suite = SuiteFiles.Open(parsed.GetRequiredValue(Suite));
            var definition = suite.Definition;
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Suite {definition.Name} is valid: {suite.Cases} cases, {definition.Candidates.Length} candidates, {definition.Judges.Length} judges."));
            // The order of a file may mean something; these are chosen by the hash of their ids.
            var sample = suite.Exhibits().Where(exhibit => suite.Cases <= MostRehearsed || CasePlan.OrderOf(exhibit.Case.Id, 0) < ulong.MaxValue / (ulong)suite.Cases * MostRehearsed);
            var estimate = sample.Aggregate(RunEstimate.Nothing, (sum, exhibit) => sum.With(definition, ModelCards.None, exhibit)).Over(suite.Cases);
            foreach (var (model, one) in estimate.Models)
            {
                Console.Out.WriteLine($"Model {model}: about {Figures.Plural((long)Math.Round(one.Calls), "call", "calls")}, {Figures.Count((long)one.Expected.Input)} tokens in, {Figures.Count((long)one.Expected.Output)} out; what they cost says 'run --dry-run'.");
            }

            // No mistake of the suite: another machine may be meant to run it.
            ModelName[] declared = [.. LocalCluster.DeclaredModels(ClusterSettings.Cluster(parsed))];
            string[] missing = [.. estimate.Models.Select(one => one.Key).Except(declared).Select(model => $"'{model}'")];
            if (missing.Length > 0)
            {
                Console.Error.WriteLine(
                    $"note: {string.Join(" and ", missing)} {(missing.Length == 1 ? "is" : "are")} not declared here ({(declared.Length == 0 ? "no model is" : $"declared: {string.Join(", ", declared)}")}). "
                    + "Declare what a run asks under Models in assize.json or --config, or run with --simulate.");
            }

            return Task.FromResult(ExitCode.Done);
        }));
        return command;
    }
}
