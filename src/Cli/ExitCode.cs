namespace Assize.Cli;

/// <summary>What the command's exit code means; documented, and never changed.</summary>
internal static class ExitCode
{
    /// <summary>Done, or the gate was passed.</summary>
    public const int Done = 0;

    /// <summary>The gate was not passed.</summary>
    public const int GateFailed = 1;

    /// <summary>The data do not decide, or the run was cancelled or stopped by a budget.</summary>
    public const int Inconclusive = 2;

    /// <summary>The command line or the input is wrong.</summary>
    public const int BadInput = 3;

    /// <summary>Something outside failed: a file, a network, a server.</summary>
    public const int Infrastructure = 4;

    /// <summary>What a run's end means.</summary>
    public static int Of(Evaluation.Runs.RunStatus status) =>
        status is Evaluation.Runs.RunStatus.Cancelled or Evaluation.Runs.RunStatus.OutOfBudget ? Inconclusive : Done;
}
