namespace Assize.Deployment.Tests;

/// <summary>Ways to spoil good manifests, each by its name: what shows that a rule can fail.</summary>
internal sealed class Mistakes(string overlay = Overlay.Local) : Dictionary<string, Action<Manifests>>(StringComparer.Ordinal)
{
    public TheoryData<string> Names => [.. Keys];

    /// <summary>The rule has nothing to say before the mistake and something after it.</summary>
    public void AreSeenBy(Func<Manifests, IEnumerable<string>> rule, string mistake)
    {
        var manifests = Manifests.Of(overlay);
        Assert.Empty(rule(manifests));
        this[mistake](manifests);
        Assert.NotEmpty(rule(manifests));
    }
}
