using System.CommandLine;
using Assize.Cli;
using Assize.Cli.Commands;
using Assize.Gateway;

var version = new Command("version", "Print the version");
version.SetAction(_ => Console.Out.WriteLine($"assize {ProgramVersion.Current}"));

var root = new RootCommand("Assize judges suites of cases with models and reports scores with honest error bars.").With(
    RunCommand.Make(),
    UpCommand.Make(),
    ValidateCommand.Make(),
    RunLookups.Watch(),
    RunLookups.Runs(),
    RunLookups.Report(),
    ResultsCommand.Make(),
    ExportCommand.Make(),
    CompareCommand.Make(),
    DriftCommand.Make(),
    SelfCheckCommand.Make(),
    RunLookups.Cancel(),
    DeleteCommand.Make(),
    ModelsCommand.Make(),
    MonitorCommand.Make(),
    DemoCommand.Make(),
    SimulateModelCommand.Make(),
    version);

Terminal.Widen();
var parsed = root.Parse(args);
if (WrongCommandLine.Told(parsed) is { } wrong)
{
    return Errors.Tell(ExitCode.BadInput, wrong);
}

// A run that is interrupted is cancelled and reported, and a cluster is told to stop: they look after that themselves. Everything else ends, after calls in flight or ten seconds.
var patience = parsed.CommandResult.Command.Name is RunCommand.Name or UpCommand.Name ? (TimeSpan?)null : TimeSpan.FromSeconds(10);
var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = patience });
return parsed.Errors.Count > 0 ? ExitCode.BadInput : code;
