using Assize.Evaluation;
using Assize.Gateway.Monitors;
using Assize.Grains;
using Assize.Grains.Runs;
using Assize.Grains.Suites;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using Status = Google.Rpc.Status;

namespace Assize.Gateway;

/// <summary>The only table from what went wrong to what a caller is told.</summary>
public sealed partial class ErrorInterceptor(ILogger<ErrorInterceptor> log) : Interceptor
{
    private const string Domain = "assize";

    /// <summary>Error details travel in trailers, whose size is bounded; the message says how many mistakes were left out.</summary>
    private const int MostMistakes = 40;

    private const int LongestMistake = 300;

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception wrong) when (wrong is not RpcException)
        {
            throw Told(wrong, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch (Exception wrong) when (wrong is not RpcException)
        {
            throw Told(wrong, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception wrong) when (wrong is not RpcException)
        {
            throw Told(wrong, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception wrong) when (wrong is not RpcException)
        {
            throw Told(wrong, context);
        }
    }

    private RpcException Told(Exception wrong, ServerCallContext context) => wrong switch
    {
        EvaluationException mistaken => Mistaken(mistaken),
        NotFoundException missing => Of(Code.NotFound, "NOT_FOUND", missing.Message, new ResourceInfo { ResourceType = missing.Kind, ResourceName = missing.Name, Description = missing.Message }),
        NoRunException gone => Of(Code.NotFound, "NOT_FOUND", $"{gone.Message}."),
        RefusedException refused => Of(Code.FailedPrecondition, "REFUSED", refused.Message),
        OperationCanceledException when context.CancellationToken.IsCancellationRequested && context.Deadline < DateTime.MaxValue =>
            Of(Code.DeadlineExceeded, "DEADLINE", "The deadline passed before the answer was ready."),
        OperationCanceledException => Of(Code.Cancelled, "CANCELLED", "The call was cancelled."),
        UnreadableStateException unreadable => Of(Code.DataLoss, "UNREADABLE", $"{unreadable.Message}. {UnreachableMonitor.Remedy}"),
        BusyException or LeavingException => Retry(wrong.Message),
        TimeoutException => Retry("The cluster did not answer in time."),
        OrleansException => Retry("A part of the cluster is not reachable."),
        IOException storage => Retry(storage.Message),
        // Whoever has gone is told nothing, and that writing to them failed is nobody's fault.
        InvalidOperationException when context.CancellationToken.IsCancellationRequested => Of(Code.Cancelled, "CANCELLED", "The call was cancelled."),
        _ => Unexpected(wrong, context),
    };

    private static RpcException Mistaken(EvaluationException mistaken)
    {
        var shown = mistaken.Mistakes.Take(MostMistakes).ToArray();
        var rest = mistaken.Mistakes.Length - shown.Length;
        var bad = new BadRequest();
        foreach (var mistake in shown)
        {
            bad.FieldViolations.Add(new BadRequest.Types.FieldViolation
            {
                Field = mistake.Field ?? mistake.Case?.Value ?? "",
                Description = Short(mistake.ToString()),
            });
        }

        var first = shown.Length == 0 ? "The request is not valid." : Short(shown[0].ToString());
        var message = mistaken.Mistakes.Length <= 1 ? first : $"{mistaken.Mistakes.Length} mistakes; the first: {first}";
        return Of(Code.InvalidArgument, "INVALID", rest > 0 ? $"{message} ({rest} more are not listed in the details.)" : message, bad);
    }

    private static RpcException Retry(string message) =>
        Of(Code.Unavailable, "UNAVAILABLE", $"{message} Nothing was lost; try again.", new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)) });

    private RpcException Unexpected(Exception wrong, ServerCallContext context)
    {
        Failed(log, wrong, context.Method);
        return Of(Code.Internal, "INTERNAL", $"{context.Method} failed unexpectedly; the server's log says why.");
    }

    private static RpcException Of(Code code, string reason, string message, Google.Protobuf.IMessage? detail = null)
    {
        var status = new Status { Code = (int)code, Message = message, Details = { Any.Pack(new ErrorInfo { Domain = Domain, Reason = reason }) } };
        if (detail is not null)
        {
            status.Details.Add(Any.Pack(detail));
        }

        return status.ToRpcException();
    }

    private static string Short(string text) => text.Length <= LongestMistake ? text : text[..LongestMistake] + "…";

    [LoggerMessage(1, LogLevel.Error, "{Method} failed unexpectedly")]
    private static partial void Failed(ILogger log, Exception exception, string method);
}
