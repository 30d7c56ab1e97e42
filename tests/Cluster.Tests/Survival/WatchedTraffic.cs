using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Assize.Cluster.Tests.Survival;

/// <summary>Traffic of one application that gets worse in one language, and the monitor that judges all of it.</summary>
/// <param name="name">Of the monitor and of its application.</param>
/// <param name="keep">Whether texts rest in storage until they are judged. Else every batch waits for the judge, and is so small that nothing is thinned when one of them takes long.</param>
internal sealed class WatchedTraffic(string name, bool keep)
{
    public int Interactions { get; } = keep ? 400 : 120;

    /// <summary>Scores that the baseline is made from; what comes after it is worse.</summary>
    private int Baseline => Interactions / 2;

    private int PerBatch => keep ? 20 : 4;

    private V1.ObserveRequest[] Batches =>
        field ??= [.. Enumerable.Range(0, Interactions).Chunk(PerBatch).Select((part, i) => new V1.ObserveRequest { Sequence = i + 1, Interactions = { part.Select(Turn) } })];

    public async Task Watch(AssizeProcess at, CancellationToken cancellation) =>
        await at.Monitors.CreateMonitorAsync(new V1.CreateMonitorRequest { Definition = Definition() }, cancellationToken: cancellation);

    /// <summary>
    /// Sends one batch after the other, each when the one before is acknowledged, so that scores come in one order; and again what was not acknowledged when the stream broke.
    /// The accident happens once three batches of five are acknowledged, while the next is on its way.
    /// </summary>
    public async Task Send(AssizeProcess to, Func<Task> accident, CancellationToken cancellation)
    {
        Task? happening = null;
        for (var safe = 0; safe < Batches.Length;)
        {
            using var call = to.Traffic.Observe(cancellationToken: cancellation);
            try
            {
                while (safe < Batches.Length)
                {
                    await call.RequestStream.WriteAsync(Batches[safe], cancellation);
                    Assert.True(await call.ResponseStream.MoveNext(cancellation).WaitAsync(TimeSpan.FromSeconds(60), cancellation), $"the stream ended after {safe} of {Batches.Length} batches");
                    Assert.Equal((safe + 1, (long)PerBatch), (call.ResponseStream.Current.Sequence, call.ResponseStream.Current.Accepted));
                    safe++;
                    happening ??= safe >= Batches.Length * 3 / 5 ? accident() : null;
                }
            }
            catch (RpcException broken) when (broken.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
            {
                await Waiting.Moment(cancellation);
            }
        }

        await happening!;
    }

    /// <summary>The monitor's counts and alarms, once everything that was drawn is judged, without what is different about every time: its times.</summary>
    public async Task<string> Found(AssizeProcess at, CancellationToken cancellation)
    {
        V1.Monitor monitor;
        while (true)
        {
            try
            {
                monitor = (await at.Monitors.GetMonitorAsync(new V1.GetMonitorRequest { Monitor = name }, cancellationToken: cancellation)).Monitor;
                if (monitor.Counts.Scored + monitor.Counts.Unscored.Values.Sum() >= Interactions)
                {
                    break;
                }
            }
            catch (RpcException broken) when (broken.StatusCode is StatusCode.Unavailable)
            {
                // The cluster is between two silos.
            }

            await Waiting.Moment(cancellation);
        }

        var counts = monitor.Counts.Clone();
        counts.RepeatedSamples = 0;
        var alarms = (await at.Monitors.ListAlarmsAsync(new V1.ListAlarmsRequest { Monitor = name, Resolved = true }, cancellationToken: cancellation)).Alarms;
        Assert.NotEmpty(alarms);
        foreach (var alarm in alarms)
        {
            (alarm.RaiseTime, alarm.ChangeTime) = (null, null);
            foreach (var change in alarm.History)
            {
                change.Time = null;
            }
        }

        return $"{counts}\n{monitor.Level:R}\n{string.Join('\n', alarms)}";
    }

    private V1.MonitorDefinition Definition() => new()
    {
        Name = name,
        From = new V1.TrafficFilter { Applications = { name } },
        Sampler = new V1.SamplerSettings { Rate = 1 },
        Judge = new V1.Judge
        {
            Name = "helpful",
            Score = new V1.ScoreJudge { Model = "judge", Criteria = { new V1.Criterion { Name = "quality", Question = "Does it help?", Scale = new V1.Scale { Min = 1, Max = 5, Step = 1 } } } },
        },
        Slices = { "language" },
        Baseline = new V1.BaselineSettings { Scores = Baseline },
        Alarm = new V1.AlarmSettings { Days = 30, PerDay = 100, SilenceMinutes = 60 },
        KeepText = keep,
    };

    /// <summary>The texts are this traffic's alone: what the store still holds of another's is not found again.</summary>
    private V1.Interaction Turn(int i)
    {
        var number = i.ToString(CultureInfo.InvariantCulture);
        return new V1.Interaction
        {
            Id = $"{name}-{number}",
            Time = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()),
            Application = name,
            Messages = { new V1.Message { Role = V1.Role.User, Content = $"Where is my parcel with the number {number} of {name} today?" } },
            Response = i < Baseline || i % 2 == 1 ? $"The parcel with number {number} is in the van." : "Hm.",
            Properties = { ["language"] = i % 2 == 0 ? "de" : "en" },
        };
    }
}
