using Assize.Evaluation;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;

namespace Assize.Grains.Models;

/// <summary>On whose account completions are asked for, with which models, and how that counts against others.</summary>
internal sealed record Principal(TenantName Tenant, RunId Run, ModelCards Models, Standing Standing)
{
    public static Principal Of(RunSpec spec) => new(spec.Tenant, spec.Run, spec.Models, Standing.Usual);
}
