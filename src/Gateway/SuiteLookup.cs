using Assize.Evaluation;
using Assize.Evaluation.Suites;
using Assize.Grains;

namespace Assize.Gateway;

/// <summary>Finds what a caller names, or says that it does not exist.</summary>
internal static class SuiteLookup
{
    public static async Task<(SuiteRecord Suite, SuiteContents Contents)> FindSuite(this IGrainFactory grains, string name, string version)
    {
        if (!SuiteCheck.IsName(name))
        {
            throw new NotFoundException("suite", name);
        }

        var suite = await grains.Suite(TenantName.Default, new(name)).Get() ?? throw new NotFoundException("suite", name, "Create it first, or list the suites to see their names.");
        var contents = version.Length == 0 ? suite.Latest : suite.Find(new(version));
        return (suite, contents ?? throw new NotFoundException($"version of suite '{name}'", version, "Give the whole hash or at least six of its first digits."));
    }

    public static async Task<Evaluation.Runs.RunSpec> FindRun(this IGrainFactory grains, string run) =>
        Ids.IsRun(run) && await grains.Run(new(run)).Spec() is { } spec
            ? spec
            : throw new NotFoundException("run", run, "List the runs to see their ids.");
}
