using Assize.Evaluation.Budgets;
using Assize.Evaluation.Models;
using Assize.Gateway.Translation;
using Assize.Grains;
using Grpc.Core;

namespace Assize.Gateway.Models;

/// <summary>Models and how their limits are used, over gRPC.</summary>
internal sealed class ModelService(IGrainFactory grains) : V1.ModelService.ModelServiceBase
{
    public override async Task<V1.ListModelStatusesResponse> ListModelStatuses(V1.ListModelStatusesRequest request, ServerCallContext context)
    {
        var cards = (await grains.Models().Cards().WaitAsync(context.CancellationToken)).Cards;
        var models = await Task.WhenAll(cards.OrderBy(card => card.Name.Value, StringComparer.Ordinal).Select(Status)).WaitAsync(context.CancellationToken);
        return new V1.ListModelStatusesResponse { Models = { models } };
    }

    public override async Task<V1.GetModelStatusResponse> GetModelStatus(V1.GetModelStatusRequest request, ServerCallContext context)
    {
        var cards = await grains.Models().Cards().WaitAsync(context.CancellationToken);
        var card = cards.Find(new(request.Model)) ?? throw new NotFoundException("model", request.Model, "List the models to see their names.");
        return new V1.GetModelStatusResponse { Model = await Status(card).WaitAsync(context.CancellationToken) };
    }

    private async Task<V1.ModelStatus> Status(ModelCard card)
    {
        var budget = grains.Purse(PurseName.Of(card.Name)).Status();
        var message = ModelTranslation.ToProto(card, await grains.Endpoint(card.Name).Status());
        message.Budget = (await budget)?.ToProto();
        return message;
    }
}
