using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Runs;
using Assize.Evaluation.Suites;
using Assize.Gateway.Translation;
using Assize.Grains;
using Assize.Grains.Runs;
using Assize.Grains.Suites;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Assize.Gateway.Runs;

/// <summary>Runs over gRPC.</summary>
internal sealed class RunService(IGrainFactory grains, TimeProvider time) : V1.RunService.RunServiceBase
{
    private const int LongestRequestId = 128;

    private static TenantName Tenant => TenantName.Default;

    public override async Task<V1.StartRunResponse> StartRun(V1.StartRunRequest request, ServerCallContext context)
    {
        Check(request);
        // Before anything else: a run that is there has its version and its models, and holds money that would count against itself.
        if (await Started(request) is { } there)
        {
            return new V1.StartRunResponse { Run = await Described(there.Value) };
        }

        var (suite, contents) = await grains.FindSuite(request.Suite, request.Version);
        var plan = await RunPlan.Of(grains, contents);
        var budget = plan.Budget(request.Budget);
        if (request.Strict && (await plan.Estimate(Tenant, budget)).Exceeds is { Count: > 0 } exceeds)
        {
            throw new EvaluationException([.. exceeds.Select(one => new Mistake($"The run is expected to cost more than {one}.", "Raise the budget, or start it without strict: it then ends with a partial result.") { Field = "strict" })]);
        }

        var now = time.GetUtcNow();
        var run = new RunId(Ids.New(now));
        var entry = await grains.Suite(Tenant, suite.Name).Start(new StartRun
        {
            RequestId = request.RequestId.Length > 0 ? request.RequestId : run.Value,
            Run = run,
            Version = contents.Version,
            Seed = request.HasSeed ? request.Seed : null,
            Models = plan.Models,
            Budget = budget,
            Program = ProgramVersion.Current,
            At = now,
            Labels = request.Labels.ToImmutableSortedDictionary(StringComparer.Ordinal),
        }).WaitAsync(context.CancellationToken);
        return new V1.StartRunResponse { Run = await Described(entry.Run.Value) };
    }

    public override async Task<V1.EstimateRunResponse> EstimateRun(V1.EstimateRunRequest request, ServerCallContext context)
    {
        var (_, contents) = await grains.FindSuite(request.Suite, request.Version).WaitAsync(context.CancellationToken);
        var plan = await RunPlan.Of(grains, contents);
        return new V1.EstimateRunResponse { Estimate = await plan.Estimate(Tenant, plan.Budget(request.Budget)).WaitAsync(context.CancellationToken) };
    }

    public override async Task<V1.GetRunResponse> GetRun(V1.GetRunRequest request, ServerCallContext context) =>
        new() { Run = await Described(request.Run).WaitAsync(context.CancellationToken) };

    public override async Task<V1.ListRunsResponse> ListRuns(V1.ListRunsRequest request, ServerCallContext context)
    {
        var size = Paging.Size(request.PageSize, 50, 1000);
        RunId? before = Paging.Read(request.PageToken) is { } token ? new RunId(token) : null;
        var response = new V1.ListRunsResponse();
        while (response.Runs.Count < size)
        {
            // Whoever wants to know what is at work does not wake what has ended long ago.
            var page = request.Status is V1.RunStatus.Running
                ? await grains.OpenRunsBefore(Tenant, request.Suite, before, size)
                : await grains.RunsBefore(Tenant, request.Suite, before, size);
            foreach (var id in page)
            {
                before = id;
                if (await Found(id) is { } run && (request.Status is V1.RunStatus.Unspecified || run.Status == request.Status))
                {
                    response.Runs.Add(run);
                    if (response.Runs.Count == size)
                    {
                        response.NextPageToken = Paging.Write(id.Value);
                        return response;
                    }
                }
            }

            context.CancellationToken.ThrowIfCancellationRequested();
            if (page.Length < size)
            {
                break;
            }
        }

        return response;
    }

    public override async Task WatchRun(V1.WatchRunRequest request, IServerStreamWriter<V1.WatchRunResponse> responseStream, ServerCallContext context)
    {
        var spec = await grains.FindRun(request.Run);
        if (request.Interval is { } wanted && !wanted.IsDuration())
        {
            throw new EvaluationException([new Mistake("That is no duration.", "Leave it out for half a second.") { Field = "interval" }]);
        }

        var watch = new RunWatch(spec, request.Interval?.ToTimeSpan() ?? TimeSpan.FromMilliseconds(500), time);
        await foreach (var message in watch.Messages(() => grains.Run(spec.Run).Progress(), context.CancellationToken))
        {
            await responseStream.WriteAsync(message, context.CancellationToken);
        }
    }

    public override async Task<V1.CancelRunResponse> CancelRun(V1.CancelRunRequest request, ServerCallContext context)
    {
        var spec = await grains.FindRun(request.Run);
        var progress = await grains.Run(spec.Run).Cancel().WaitAsync(context.CancellationToken);
        return new V1.CancelRunResponse { Run = RunTranslation.ToProto(spec, progress.Report) };
    }

    public override async Task<V1.GetReportResponse> GetReport(V1.GetReportRequest request, ServerCallContext context)
    {
        var spec = await grains.FindRun(request.Run);
        return new V1.GetReportResponse { Report = (await grains.Run(spec.Run).Progress().WaitAsync(context.CancellationToken)).Report.ToProto() };
    }

    public override async Task<V1.ListJudgementsResponse> ListJudgements(V1.ListJudgementsRequest request, ServerCallContext context)
    {
        var spec = await grains.FindRun(request.Run);
        return await new JudgementPages(grains, spec, request).Page(context.CancellationToken);
    }

    public override async Task ExportRun(V1.ExportRunRequest request, IServerStreamWriter<V1.ExportRunResponse> responseStream, ServerCallContext context)
    {
        var spec = await grains.FindRun(request.Run);
        await foreach (var message in new RunExport(grains, spec, request, time).Messages(context.CancellationToken))
        {
            await responseStream.WriteAsync(message, context.CancellationToken);
        }
    }

    public override async Task<V1.DeleteRunResponse> DeleteRun(V1.DeleteRunRequest request, ServerCallContext context)
    {
        var run = Ids.IsRun(request.Run) ? new RunId(request.Run) : throw new NotFoundException("run", request.Run, "List the runs to see their ids.");
        // A run that is being removed is found no more, but noted by its tenant as not wholly gone.
        var known = (await grains.Run(run).Spec())?.Suite.Definition.Name ?? (await grains.Tenant(Tenant).Open()).Runs.FirstOrDefault(open => open.Run == run)?.Suite;
        // Of one that is expired only its suite still knows, and that there are replies.
        foreach (var suite in known is { } its ? [its] : (await grains.Tenant(Tenant).Suites()).Names)
        {
            switch (await Remove(grains.Suite(Tenant, suite), run).WaitAsync(context.CancellationToken))
            {
                case RemovalAnswer.Begun: return new V1.DeleteRunResponse { Existed = true };
                case RemovalAnswer.InUse: throw new RefusedException($"Run {run} is at work. Cancel it first: assize cancel {run}.");
                case RemovalAnswer.Held: throw Held(run, (await grains.Suite(Tenant, suite).Holders(run)).Monitors);
            }
        }

        return new V1.DeleteRunResponse { Done = true };
    }

    /// <summary>Removes a run; monitors that are not there any more hold nothing.</summary>
    private async Task<RemovalAnswer> Remove(ISuiteGrain suite, RunId run)
    {
        var answer = await suite.Remove(run);
        var gone = false;
        foreach (var monitor in answer is RemovalAnswer.Held ? (await suite.Holders(run)).Monitors : [])
        {
            gone |= await grains.Monitor(Tenant, monitor).Status() is null && await suite.Hold(run, monitor, held: false);
        }

        return gone ? await suite.Remove(run) : answer;
    }

    private static RefusedException Held(RunId run, ImmutableArray<MonitorName> monitors) => new(
        $"Run {run} is the baseline run of monitor {string.Join(" and ", monitors.Select(monitor => $"'{monitor}'"))}. Give it another one (benchmark.baseline) and apply it, or delete it first: assize monitor delete {string.Join(' ', monitors.Take(1))}.");

    public override async Task<V1.ListModelsResponse> ListModels(V1.ListModelsRequest request, ServerCallContext context) =>
        new() { Models = { (await grains.Models().Cards()).Cards.Select(ReportTranslation.ToProto) } };

    /// <summary>The run that the same request started before; null where there is none, and where it did not come to begin.</summary>
    private async Task<RunId?> Started(V1.StartRunRequest request) =>
        request.RequestId.Length > 0 && SuiteCheck.IsName(request.Suite) && await grains.Request(Tenant, new(request.Suite), request.RequestId).Find() is { } run && await grains.Run(run).Spec() is not null ? run : null;

    private static void Check(V1.StartRunRequest request)
    {
        var mistakes = LabelCheck.Of(request.Labels, "labels").ToList();
        if (request.RequestId.Length > LongestRequestId)
        {
            mistakes.Insert(0, new Mistake($"A request id has at most {LongestRequestId} characters.", "A UUID will do.") { Field = "request_id" });
        }

        if (mistakes.Count > 0)
        {
            throw new EvaluationException([.. mistakes]);
        }
    }

    /// <summary>A run of a list; null when it has not begun yet, or is gone since the list was made.</summary>
    private async Task<V1.Run?> Found(RunId run)
    {
        try
        {
            return await Described(run.Value);
        }
        catch (Exception gone) when (gone is NotFoundException or NoRunException)
        {
            return null;
        }
    }

    private async Task<V1.Run> Described(string run)
    {
        var spec = await grains.FindRun(run);
        return RunTranslation.ToProto(spec, (await grains.Run(spec.Run).Progress()).Report);
    }
}
