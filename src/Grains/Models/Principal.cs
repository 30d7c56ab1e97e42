using Assize.Evaluation;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;

namespace Assize.Grains.Models;

/// <summary>On whose account completions are asked for, with which models, and how that counts against others.</summary>
internal sealed record Principal(TenantName Tenant, RunId Run, ModelCards Models, Standing Standing)
{
    /// <summary>Whether replies may rest in storage.</summary>
    public bool Keep { get; init; } = true;

    public static Principal Of(RunSpec spec) => new(spec.Tenant, spec.Run, spec.Models, Standing.Usual);
}
