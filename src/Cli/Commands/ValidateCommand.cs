using System.CommandLine;
using System.Globalization;
using Assize.Cli.Suites;

namespace Assize.Cli.Commands;

/// <summary><c>assize validate</c>: every mistake of a suite, without running anything.</summary>
internal static class ValidateCommand
{
    private static readonly Argument<string> Suite = new("suite") { Description = "The suite's YAML or JSON file" };

    public static Command Make()
    {
        var command = new Command("validate", "Check a suite and its files; runs nothing").With(Suite);
        command.SetAction((parsed, _) => Errors.Guard(() =>
        {
            var suite = SuiteFiles.Open(parsed.GetRequiredValue(Suite));
            var definition = suite.Definition;
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Suite {definition.Name} is valid: {suite.Cases} cases, {definition.Candidates.Length} candidates, {definition.Judges.Length} judges."));
            return Task.FromResult(ExitCode.Done);
        }));
        return command;
    }
}
