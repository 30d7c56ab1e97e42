using Assize.Evaluation;

namespace Assize.Silo.Clustering;

/// <summary>What a process is in the cluster; <c>Role</c> in the configuration.</summary>
public enum ProcessRole
{
    /// <summary>Silo and gateway in one process.</summary>
    All,

    /// <summary>Judges, and serves nobody but the other silos.</summary>
    Silo,

    /// <summary>Serves callers, and reaches the silos as their client.</summary>
    Gateway,
}

/// <summary>Reads the role.</summary>
public static class ProcessRoles
{
    /// <exception cref="EvaluationException">There is no such role.</exception>
    public static ProcessRole From(IConfiguration configuration) => configuration["Role"] switch
    {
        null or "" => ProcessRole.All,
        var text when Enum.TryParse<ProcessRole>(text, ignoreCase: true, out var role) && Enum.IsDefined(role) => role,
        var text => throw new EvaluationException([new Mistake($"'{text}' is not a role; it is all, silo or gateway") { Field = "Role" }]),
    };
}
