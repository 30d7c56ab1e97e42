using Assize.Evaluation;
using Assize.Evaluation.Suites;
using Microsoft.Extensions.Logging;

namespace Assize.Grains.Suites;

[GrainType("upload")]
internal sealed partial class UploadGrain([PersistentState("upload")] IPersistentState<Kept<Upload>> state, TimeProvider time, ILogger<UploadGrain> log) : Grain, IUploadGrain, IRemindable
{
    /// <summary>Stands while the upload is neither a version nor taken away.</summary>
    private const string SilentReminder = "silent-upload";

    private static readonly TimeSpan Watch = TimeSpan.FromMinutes(10);

    private DateTimeOffset? doubted;

    public async Task Note(Upload upload, bool first)
    {
        if (first && state.State.Value is null)
        {
            await this.RegisterOrUpdateReminder(SilentReminder, Watch, Watch);
        }
        else if (state.State.Value is null)
        {
            throw new EvaluationException([new Mistake($"The upload of suite '{upload.Suite}' was silent for over an hour and was given up.", "Send the suite again.")]);
        }

        await this.Save(state, upload);
    }

    public async Task End()
    {
        await this.Clear(state);
        if (await this.GetReminder(SilentReminder) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }

        DeactivateOnIdle();
    }

    public async Task Discard()
    {
        if (state.State.Value is { } upload)
        {
            await GrainFactory.DeleteCases(new CasePlan(Addresses.UploadOf(this.GetPrimaryKeyString()), upload.Segments));
        }

        await End();
    }

    public async Task<bool> Look()
    {
        if (state.State.Value is not { } upload)
        {
            await End();
            return true;
        }

        if (!upload.IsSilent(time.GetUtcNow()) || doubted != upload.At)
        {
            doubted = upload.IsSilent(time.GetUtcNow()) ? upload.At : null;
            return false;
        }

        var (tenant, id) = (Addresses.TenantOf(this.GetPrimaryKeyString()), Addresses.UploadOf(this.GetPrimaryKeyString()));
        var suite = await GrainFactory.Suite(tenant, upload.Suite).Get();
        var stored = suite?.Versions.Any(version => version.Plan.Upload == id) is true;
        await (stored ? End() : Discard());
        Ended(log, id, upload.Suite.Value, stored ? "it is a version and stays" : "its cases are deleted");
        return true;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Look();

    [LoggerMessage(1, LogLevel.Information, "Upload {Upload} of suite {Suite} was silent for over an hour: {What}")]
    private static partial void Ended(ILogger log, string upload, string suite, string what);
}
