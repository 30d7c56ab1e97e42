using Assize.Evaluation;
using Assize.Evaluation.Models;
using Assize.Evaluation.Runs;

namespace Assize.Grains.Models;

/// <summary>On whose account completions are asked for, with which models, and how that counts against others.</summary>
internal sealed record Principal(TenantName Tenant, RunId Run, ModelCards Models, Standing Standing)
{
    /// <summary>Whether replies may rest in storage.</summary>
    public bool Keep { get; init; } = true;

    /// <summary>Set where everybody is to be asked anew: a part of the identity of every completion, and the same whenever the same work is begun again.</summary>
    public int Draw { get; init; }

    public static Principal Of(RunSpec spec) => new(spec.Tenant, spec.Run, spec.Models, Standing.Usual) { Draw = spec.Draw ?? 0 };
}
