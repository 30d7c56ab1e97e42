using Assize.Evaluation;
using Assize.Evaluation.Traffic;
using Assize.Gateway.Traffic;
using Microsoft.Extensions.Configuration;

namespace Assize.Gateway.Tests.Traffic;

public sealed class DeclaredSourcesTests
{
    [Fact]
    public void WithoutSettingsEverythingIsRedactedAndNothingKept()
    {
        var policy = Read();

        Assert.Equal((false, PersonalData.All.Length), (policy.Of(new("shop")).KeepText, policy.Of(new("shop")).Redaction.Redactors.Length));
    }

    [Fact]
    public void ASourceDiffersFromTheOthersInWhatItSays()
    {
        var policy = Read(
            ("Traffic:KeepText", "true"), ("Traffic:Rules:order", "ORD-[0-9]+"), ("Traffic:Sources:shop:Detectors", "email, Card"),
            ("Traffic:Sources:shop:Rules:parcel", "P[0-9]{6}"), ("Traffic:Sources:bank:KeepText", "false"), ("Traffic:Sources:bank:Detectors", "none"));

        Assert.Equal(["order", "parcel", "email", "card"], policy.Of(new("shop")).Redaction.Redactors.Select(redactor => redactor.Name));
        Assert.Equal((true, false, true), (policy.Of(new("shop")).KeepText, policy.Of(new("bank")).KeepText, policy.Of(new("another")).KeepText));
        Assert.Equal(["order"], policy.Of(new("bank")).Redaction.Redactors.Select(redactor => redactor.Name));
    }

    [Fact]
    public void TextsRestForAWeekAtMostOrForAsLongAsASourceSays()
    {
        var policy = Read(("Traffic:Sources:shop:KeepTextFor", "12:00:00"), ("Traffic:Sources:bank:KeepTextFor", "none"));

        Assert.Equal((TimeSpan.FromHours(12), null, TimeSpan.FromDays(7)), (policy.Of(new("shop")).KeepTextFor, policy.Of(new("bank")).KeepTextFor, policy.Of(new("another")).KeepTextFor));
        Assert.All(["00:00:59", "4000.00:00:00", "a week"], wrong =>
            Assert.Equal("Traffic:KeepTextFor", Assert.Single(Assert.Throws<EvaluationException>(() => Read(("Traffic:KeepTextFor", wrong), ("Traffic:Sources:shop:KeepText", "true"))).Mistakes).Field));
    }

    [Fact]
    public void AllMistakesAreToldAtOnce()
    {
        var refused = Assert.Throws<EvaluationException>(() => Read(
            ("Traffic:KeepTexts", "true"), ("Traffic:KeepText", "yes"), ("Traffic:Detectors", "email,mail"), ("Traffic:Rules:bad", "("), ("Traffic:Sources:shop:Rules:all", ".*"), ("Traffic:Sources:shop:Keep", "1")));

        Assert.Equal(
            ["Traffic:Detectors", "Traffic:KeepText", "Traffic:KeepTexts", "Traffic:Rules:bad", "Traffic:Sources:shop:Keep", "Traffic:Sources:shop:Rules:all"],
            refused.Mistakes.Select(mistake => mistake.Field).Order(StringComparer.Ordinal));
    }

    private static TrafficPolicy Read(params (string Key, string Value)[] settings) =>
        DeclaredSources.From(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build().GetSection("Traffic"));
}
