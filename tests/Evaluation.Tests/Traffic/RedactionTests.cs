using System.Collections.Immutable;
using System.Diagnostics;
using Assize.Evaluation.Judges;
using Assize.Evaluation.Monitors;
using Assize.Evaluation.Suites;
using Assize.Evaluation.Tests.Monitors;
using Assize.Evaluation.Traffic;

namespace Assize.Evaluation.Tests.Traffic;

public sealed class RedactionTests
{
    private static readonly Redaction All = new(PersonalData.All);

    private static readonly Pseudonyms Names = Pseudonyms.Of(new InstallationSecret(new byte[32]), TenantName.Default);

    // Card and account numbers are the published examples of ISO 7812 and of the IBAN registry; keys are made up in their issuers' shapes.
    [Theory]
    [InlineData("Write to ann.b+shop@mail.example.org, please.", "Write to [redacted email], please.")]
    [InlineData("Jürgen: jürgen@müller.example!", "Jürgen: [redacted email]!")]
    [InlineData("Call +49 (0)30 1234-5678 or 030 12345678.", "Call [redacted phone] or [redacted phone].")]
    [InlineData("On 01.02.2024 0170 1234567 rang, on 12.11.2024 030/12345678.", "On 01.02.2024 [redacted phone] rang, on 12.11.2024 [redacted phone].")]
    [InlineData("2026-05-04 0170-1234567", "2026-05-04 [redacted phone]")]
    [InlineData("In America (555) 234-5678 or 555-234-5678", "In America [redacted phone] or [redacted phone]")]
    [InlineData("Card 4111 1111 1111 1111 123, thanks", "Card [redacted card] 123, thanks")]
    [InlineData("Card 4111111111111111.", "Card [redacted card].")]
    [InlineData("Amex 3782 822463 10005", "Amex [redacted card]")]
    [InlineData("To DE89 3704 0044 0532 0130 00 and soon", "To [redacted iban] and soon")]
    [InlineData("gb82west12345698765432", "[redacted iban]")]
    [InlineData("From 192.168.10.7 and 2001:db8::8a2e:370:7334.", "From [redacted ip] and [redacted ip].")]
    [InlineData("Authorization: Bearer abcdefghij0123456789XYZ=", "Authorization: [redacted key]")]
    [InlineData("key sk-proj-abcdefghijklmnopqrstuv0123 end", "key [redacted key] end")]
    [InlineData("AKIAABCDEFGHIJKLMNOP", "[redacted key]")]
    [InlineData("a -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- b", "a [redacted key] b")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "[redacted key]")]
    public void WhatIsPersonalIsReplacedByItsKind(string text, string redacted) => Assert.Equal(redacted, All.Of(text));

    [Theory]
    [InlineData("Order 1234567890123456 of 2026-05-04 08:15:30 costs 1,299.00")]
    [InlineData("DE88 3704 0044 0532 0130 00 has wrong check digits")]
    [InlineData("4111 1111 1111 1112 fails the check")]
    [InlineData("12 34 56 78 90 12 34 56 78 are other numbers")]
    [InlineData("On 04-05-2026 12:00 or 04.05.2026")]
    [InlineData("version 1.2.3.4.5, std::vector and 300.1.1.1")]
    [InlineData("Ask me @home, or bearer of news")]
    [InlineData("gpt-4-0613 and claude-3-5-sonnet-20241022")]
    [InlineData("")]
    public void WhatOnlyLooksAlikeStays(string text) => Assert.Same(text, All.Of(text));

    [Fact]
    public void AnInteractionIsRedactedInEveryPlace()
    {
        var interaction = SomeMonitor.Interaction(1) with
        {
            Id = new("ann@example.org/7"),
            Conversation = new("ann@example.org"),
            Application = new("mail of ann@example.org"),
            Model = "ann@example.org's own",
            Messages = [new Message(Role.User, "I am ann@example.org")],
            Response = "Hello ann@example.org",
            Context = ["Mail: ann@example.org"],
            Properties = ImmutableSortedDictionary<string, string>.Empty.Add("from", "ann@example.org"),
            User = "ann@example.org",
        };

        var redacted = All.Of(interaction, Names);

        Assert.DoesNotContain("ann@example.org", System.Text.Json.JsonSerializer.Serialize(new TrafficBatch("s", 1) { Drawn = [new Drawn(redacted, Slice.All, 1)] }, EvaluationJson.Plain.TrafficBatch), StringComparison.Ordinal);
        Assert.Equal("I am [redacted email]", redacted.Messages[0].Content);
        Assert.Equal("mail of [redacted email]", redacted.Application.Value);
        // The slice that it is in says the same.
        Assert.Equal("application=mail of [redacted email]", TrafficSampler.SliceOf(SomeMonitor.Definition with { Slices = ["application"] }, interaction, All).Value);
        Assert.Equal((redacted.Id, redacted.Conversation, redacted.User), (All.Of(interaction, Names).Id, All.Of(interaction, Names).Conversation, All.Of(interaction, Names).User));
        Assert.NotEqual(redacted.Conversation!.Value.Value, redacted.User);
    }

    [Fact]
    public void AUserHasOneOtherNameUnderOneSecretOnly()
    {
        var other = Pseudonyms.Of(new InstallationSecret(Enumerable.Repeat((byte)1, 32).ToArray()), TenantName.Default);

        Assert.Equal(Names.Of('u', "ann"), Names.Of('u', "ann"));
        Assert.Equal(5, new[] { Names.Of('u', "ann"), Names.Of('u', "bob"), Names.Of('c', "ann"), other.Of('u', "ann"), Pseudonyms.Of(new InstallationSecret(new byte[32]), new("another")).Of('u', "ann") }.Distinct().Count());
        Assert.Equal("(pseudonyms)", Names.ToString());
    }

    [Fact]
    public void ARuleOfTheOperatorHasItsOwnPlaceholder()
    {
        var rule = RuleRedactor.Of("order", @"\bORD-[0-9]{4,}").Rule!;

        Assert.Equal("About [redacted order] of [redacted email]", new Redaction([rule, .. PersonalData.All]).Of("About ORD-12345 of a@example.org"));
    }

    [Theory]
    [InlineData("(")]
    [InlineData("x*")]
    [InlineData(@"(?<=a)b")]
    public void APatternThatCannotBeUsedSaysWhy(string pattern) => Assert.NotNull(RuleRedactor.Of("rule", pattern).Wrong);

    [Theory]
    [InlineData("1 ")]
    [InlineData("4111 ")]
    [InlineData("a@")]
    [InlineData("1:")]
    [InlineData("DE89 ")]
    [InlineData("+4 ")]
    [InlineData("01.02.2024 0")]
    [InlineData("-----BEGIN PRIVATE KEY")]
    public void NoTextMakesRedactionSlow(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, 20_000 / part.Length));
        var watch = Stopwatch.StartNew();

        All.Of(text);

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed} for 20,000 characters");
    }
}
