using Assize.Evaluation;
using Grpc.Core;
using Google.Rpc;

namespace Assize.Cli;

/// <summary>The only table from what went wrong to what a person reads, and to the exit code.</summary>
internal static class Errors
{
    public static async Task<int> Guard(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (EvaluationException mistaken)
        {
            return Tell(ExitCode.BadInput, [.. mistaken.Mistakes.Select(mistake => mistake.ToString())]);
        }
        catch (RpcException cancelled) when (cancelled.StatusCode is StatusCode.Cancelled)
        {
            return Tell(ExitCode.Inconclusive, "Cancelled.");
        }
        catch (RpcException refused)
        {
            return Tell(refused);
        }
        catch (OperationCanceledException)
        {
            return Tell(ExitCode.Inconclusive, "Cancelled.");
        }
        catch (Exception broken) when (Infrastructure(broken) is { } what)
        {
            return Tell(ExitCode.Infrastructure, what);
        }
    }

    private static int Tell(RpcException refused)
    {
        var violations = refused.GetRpcStatus()?.GetDetail<BadRequest>()?.FieldViolations.Select(violation => violation.Description).ToArray() ?? [];
        var code = refused.StatusCode is StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.FailedPrecondition ? ExitCode.BadInput : ExitCode.Infrastructure;
        return Tell(code, violations.Length > 0 ? violations : [refused.Status.Detail]);
    }

    /// <summary>What went wrong outside the program, looked for through the layers that wrap it.</summary>
    private static string? Infrastructure(Exception broken)
    {
        for (var inner = broken; inner is not null; inner = inner.InnerException)
        {
            if (inner is InfrastructureException or IOException or UnauthorizedAccessException or Microsoft.Extensions.Options.OptionsValidationException or EvaluationException)
            {
                return inner.Message;
            }
        }

        return null;
    }

    /// <summary>Tells what is wrong, and answers the exit code.</summary>
    public static int Tell(int code, params string[] lines)
    {
        if (lines.Length == 1)
        {
            Console.Error.WriteLine($"assize: {Terminal.Clean(lines[0])}");
        }
        else
        {
            Console.Error.WriteLine($"assize: {lines.Length} mistakes, and nothing was done:");
            foreach (var line in lines)
            {
                Console.Error.WriteLine($"  {Terminal.Clean(line)}");
            }
        }

        return code;
    }
}
