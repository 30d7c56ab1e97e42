using Assize.Evaluation;
using Assize.Evaluation.Suites;
using Assize.Gateway.Translation;
using Assize.Grains;
using Assize.Grains.Suites;
using Grpc.Core;

namespace Assize.Gateway.Suites;

/// <summary>Suites over gRPC.</summary>
internal sealed class SuiteService(IGrainFactory grains, SuiteLimits limits, TimeProvider time) : V1.SuiteService.SuiteServiceBase
{
    private const int MostSuites = 1000;

    private static TenantName Tenant => TenantName.Default;

    public override async Task<V1.CreateSuiteResponse> CreateSuite(IAsyncStreamReader<V1.CreateSuiteRequest> requestStream, ServerCallContext context)
    {
        var stop = context.CancellationToken;
        if (!await requestStream.MoveNext(stop) || requestStream.Current.Header is not { Definition: not null } header)
        {
            throw new EvaluationException("The first message has to carry the suite's definition.");
        }

        var models = await grains.Models().Cards();
        var upload = Ids.New(time.GetUtcNow());
        var intake = new SuiteIntake(grains, Tenant, header.Definition.ToDomain(), header.AnnouncedCases, limits, models, upload, time);
        SuiteContents contents;
        try
        {
            while (await requestStream.MoveNext(stop))
            {
                foreach (var exhibit in (requestStream.Current.Exhibits ?? throw new EvaluationException("Only the first message may carry a definition.")).Exhibits)
                {
                    await intake.Add(exhibit.ToDomain(), stop);
                }
            }

            contents = await intake.Finish(stop);
        }
        catch
        {
            await Quietly(intake.Discard());
            throw;
        }

        // Where the answer is lost the suite may have been stored: the upload's note stays, and asks it later. Without its cases it could not be run and not be stored again.
        var stored = await grains.Suite(Tenant, contents.Definition.Name).Commit(contents);
        var existed = stored.Plan.Upload != upload;
        await Quietly(existed ? intake.Discard() : intake.Committed());
        return new V1.CreateSuiteResponse { Suite = stored.ToProto(), Existed = existed };
    }

    /// <summary>What fails here is gone on with by the upload's reminder, and is nothing to who sent the suite.</summary>
    private static async Task Quietly(Task settling) => await settling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public override async Task<V1.GetSuiteResponse> GetSuite(V1.GetSuiteRequest request, ServerCallContext context)
    {
        var (suite, contents) = await grains.FindSuite(request.Name, request.Version).WaitAsync(context.CancellationToken);
        return new V1.GetSuiteResponse { Suite = contents.ToProto(), Versions = { suite.Versions.Select(version => version.Version.Value) } };
    }

    public override async Task<V1.DeleteSuiteResponse> DeleteSuite(V1.DeleteSuiteRequest request, ServerCallContext context)
    {
        var name = SuiteCheck.IsName(request.Name) ? new SuiteName(request.Name) : throw new NotFoundException("suite", request.Name);
        return await grains.Suite(Tenant, name).Leave().WaitAsync(context.CancellationToken) switch
        {
            RemovalAnswer.InUse => throw new RefusedException($"Suite '{name}' has runs. Delete them first: assize runs --suite {name} lists them."),
            RemovalAnswer.Held => throw new RefusedException(await Needed(name)),
            var answer => new V1.DeleteSuiteResponse { Existed = answer is RemovalAnswer.Begun, Done = answer is RemovalAnswer.Absent },
        };
    }

    private async Task<string> Needed(SuiteName suite)
    {
        var monitors = (await grains.Monitors(Tenant).List()).Using(suite).Select(entry => entry.Name).ToArray();
        return $"Suite '{suite}' has the anchors or the benchmark of monitor {string.Join(", ", monitors.Select(name => $"'{name}'"))}. Give it another suite and apply it, or delete it first: assize monitor delete {monitors.FirstOrDefault()}.";
    }

    public override async Task<V1.ListSuitesResponse> ListSuites(V1.ListSuitesRequest request, ServerCallContext context)
    {
        var size = Paging.Size(request.PageSize, 100, MostSuites);
        var after = Paging.Read(request.PageToken);
        var names = (await grains.Tenant(Tenant).Suites().WaitAsync(context.CancellationToken)).Names
            .Where(name => after is null || string.CompareOrdinal(name.Value, after) > 0).Take(size + 1).ToArray();
        var response = new V1.ListSuitesResponse { NextPageToken = names.Length > size ? Paging.Write(names[size - 1].Value) : "" };
        foreach (var name in names.Take(size))
        {
            if (await grains.Suite(Tenant, name).Get() is { } suite)
            {
                response.Suites.Add(suite.Latest.ToProto());
            }
        }

        return response;
    }
}
