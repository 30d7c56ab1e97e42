using System.Collections.Immutable;
using System.Threading.Channels;
using Assize.Evaluation;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Traffic;
using Assize.Gateway.Translation;
using Assize.Grains;
using Google.Protobuf.Collections;
using Grpc.Core;

namespace Assize.Gateway.Traffic;

/// <summary>Production traffic over gRPC.</summary>
internal sealed class TrafficService(TrafficIntake intake, TrafficTelemetry telemetry, SuiteLimits limits) : V1.TrafficService.TrafficServiceBase
{
    private const int MostInBatch = 1000;

    private const int MostRefusals = 100;

    /// <summary>Batches of one stream that are read before it is decided about the first of them.</summary>
    private const int ReadAhead = 8;

    /// <summary>Batches of one stream that wait for their acknowledgement; nothing of them is held but their numbers.</summary>
    private const int MostUnacknowledged = 10_000;

    public override async Task Observe(IAsyncStreamReader<V1.ObserveRequest> requestStream, IServerStreamWriter<V1.ObserveResponse> responseStream, ServerCallContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var underWay = Channel.CreateBounded<(Task Safe, V1.ObserveResponse Answer)>(MostUnacknowledged);
        var undecided = new Queue<Task>();
        var answering = Answer(underWay.Reader, responseStream, stop);
        try
        {
            while (await requestStream.MoveNext(stop.Token))
            {
                var request = requestStream.Current;
                var (sound, refused) = Sorted(request.Interactions);
                var accepted = intake.Accept(sound, TrafficWay.Api);
                await underWay.Writer.WriteAsync(
                    (accepted.Safe, new V1.ObserveResponse { Sequence = request.Sequence, Accepted = sound.Length, Refused = { refused } }), stop.Token);
                undecided.Enqueue(accepted.Decided);
                if (undecided.Count >= ReadAhead)
                {
                    await undecided.Dequeue().WaitAsync(stop.Token);
                }
            }

            underWay.Writer.Complete();
        }
        catch (Exception broken)
        {
            underWay.Writer.TryComplete(broken);
        }

        await answering;
    }

    public override async Task<V1.UploadResponse> Upload(IAsyncStreamReader<V1.UploadRequest> requestStream, ServerCallContext context)
    {
        var response = new V1.UploadResponse();
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            var (sound, refused) = Sorted(request.Interactions);
            await intake.Accept(sound, TrafficWay.Api).Safe.WaitAsync(context.CancellationToken);
            response.Accepted += sound.Length;
            response.RefusedCount += refused.Length;
            response.Refused.AddRange(refused.Take(MostRefusals - response.Refused.Count));
        }

        return response;
    }

    public override async Task<V1.RecordResponse> Record(V1.RecordRequest request, ServerCallContext context)
    {
        var (sound, refused) = Sorted(request.Interactions);
        await intake.Accept(sound, TrafficWay.Api).Safe.WaitAsync(context.CancellationToken);
        return new V1.RecordResponse { Accepted = sound.Length, Refused = { refused } };
    }

    /// <summary>Answers in the order of the batches; what fails here ends the reading too.</summary>
    private static async Task Answer(ChannelReader<(Task Safe, V1.ObserveResponse Answer)> underWay, IServerStreamWriter<V1.ObserveResponse> to, CancellationTokenSource stop)
    {
        try
        {
            await foreach (var (safe, answer) in underWay.ReadAllAsync(stop.Token))
            {
                await safe.WaitAsync(stop.Token);
                await to.WriteAsync(answer, stop.Token);
            }
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private (ImmutableArray<Interaction> Sound, V1.RefusedInteraction[] Refused) Sorted(RepeatedField<V1.Interaction> interactions)
    {
        if (interactions.Count > MostInBatch)
        {
            throw new EvaluationException([new Mistake($"A batch has at most {MostInBatch} interactions.", "Send several.") { Field = "interactions" }]);
        }

        var sound = ImmutableArray.CreateBuilder<Interaction>(interactions.Count);
        var refused = new List<V1.RefusedInteraction>();
        foreach (var interaction in interactions)
        {
            if (InteractionCheck.Of(interaction, limits) is { } mistake)
            {
                refused.Add(new V1.RefusedInteraction { Id = interaction.Id, Reason = mistake.ToString() });
            }
            else
            {
                sound.Add(interaction.ToDomain());
            }
        }

        telemetry.Refused(TrafficWay.Api, refused.Count);
        return (sound.ToImmutable(), [.. refused]);
    }
}
