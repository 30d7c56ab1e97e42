using System.Diagnostics;
using Assize.Evaluation;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;

namespace Assize.Grains;

/// <summary>The spans of Assize's own; while nobody listens none is made. Spans may carry ids, which metrics may not.</summary>
public static class Spans
{
    /// <summary>Where they come from.</summary>
    public static readonly ActivitySource Source = new(Telemetry.Name);

    /// <summary>The provider in the words of OpenTelemetry's conventions for generative AI.</summary>
    public static string ProviderOf(ModelCard card) => card.Provider == "azure-openai" ? "azure.ai.openai" : card.Provider;

    /// <summary>A case of a run begins a trace of its own: one of a whole run would be too long for any reader. It links to the call that put the shard to work.</summary>
    internal static Activity? Case(RunSpec spec, CaseId @case, ActivityContext? begun)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var links = begun is { } call ? new[] { new ActivityLink(call) } : [];
        Activity.Current = null;
        return Source.StartActivity("judge case", ActivityKind.Internal, parentContext: default, links: links, tags:
        [
            new("assize.run", spec.Run.Value), new("assize.suite", spec.Suite.Definition.Name.Value), new("assize.case", @case.Value), new("assize.tenant", spec.Tenant.Value),
        ]);
    }
}
