using Assize.Evaluation.Judges;

namespace Assize.Gateway.Translation;

/// <summary>Panels of judges between the API's messages and the domain.</summary>
internal static class PanelTranslation
{
    public static V1.PanelJudge ToProto(PanelJudge panel, V1.JudgeScope per, IEnumerable<V1.Criterion> criteria)
    {
        var message = new V1.PanelJudge { Members = { panel.Members.Select(member => member.Value) }, Per = per, Criteria = { criteria }, Rule = ToProto(panel.Rule) };
        if (panel.Instructions is not null)
        {
            message.Instructions = panel.Instructions;
        }

        if (panel.Quorum is { } quorum)
        {
            message.Quorum = quorum;
        }

        return message;
    }

    public static PanelRule ToDomain(V1.PanelRule rule) => rule switch
    {
        V1.PanelRule.Mean => PanelRule.Mean,
        V1.PanelRule.Lowest => PanelRule.Lowest,
        _ => PanelRule.Median,
    };

    private static V1.PanelRule ToProto(PanelRule rule) => rule switch
    {
        PanelRule.Median => V1.PanelRule.Median,
        PanelRule.Mean => V1.PanelRule.Mean,
        PanelRule.Lowest => V1.PanelRule.Lowest,
        _ => throw new NotSupportedException($"the rule {rule} has no message yet"),
    };
}
