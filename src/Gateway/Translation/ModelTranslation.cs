using Assize.Evaluation.Models;
using Google.Protobuf.WellKnownTypes;

namespace Assize.Gateway.Translation;

/// <summary>The state of models from the domain to the API's messages.</summary>
public static class ModelTranslation
{
    public static V1.ModelStatus ToProto(ModelCard card, EndpointStatus status)
    {
        var message = new V1.ModelStatus
        {
            Card = card.ToProto(),
            Limits = ToProto(status.Limits),
            BearableConcurrency = status.Bearable,
            Flows = { status.Flows.Select(ToProto) },
            Silos = { status.Holders.Select(ToProto) },
            Served = status.Counts.Served,
            Limited = status.Counts.Limited,
            Failed = status.Counts.Failed,
            ServedLastMinute = status.ServedLastMinute,
            PausedUntil = status.PausedUntil is { } until ? Timestamp.FromDateTimeOffset(until) : null,
            Breaker = status.Breaker switch
            {
                BreakerState.Closed => V1.BreakerState.Closed,
                BreakerState.Open => V1.BreakerState.Open,
                _ => V1.BreakerState.HalfOpen,
            },
            Failure = status.Failure ?? "",
            NextProbeTime = status.NextProbe is { } probe ? Timestamp.FromDateTimeOffset(probe) : null,
            WaitingFor = status.Why ?? "",
        };
        if (status.LearnedPerMinute is { } learned)
        {
            message.LearnedRequestsPerMinute = learned;
        }

        return message;
    }

    private static V1.DeclaredLimits ToProto(ModelLimits limits)
    {
        var message = new V1.DeclaredLimits { MaxAttempts = limits.MaxAttempts, MaxConcurrency = limits.MaxConcurrency, MonitorShare = limits.MonitorShare };
        if (limits.Concurrency is { } concurrency)
        {
            message.Concurrency = concurrency;
        }

        if (limits.RequestsPerMinute is { } requests)
        {
            message.RequestsPerMinute = requests;
        }

        if (limits.TokensPerMinute is { } tokens)
        {
            message.TokensPerMinute = tokens;
        }

        return message;
    }

    private static V1.FlowStatus ToProto(FlowStatus flow) => new()
    {
        Tenant = flow.Flow.Tenant.Value,
        Run = flow.Flow.Run.Value,
        Monitor = flow.Flow.Lane is Lane.Monitor,
        Waiting = flow.Waiting,
        InFlight = flow.InFlight,
    };

    private static V1.SiloLease ToProto(HolderStatus holder) => new() { Silo = holder.Silo, Waiting = holder.Waiting, InFlight = holder.InFlight, Leased = holder.Leased };
}
