using k8s.Models;

namespace Assize.Deployment.Tests;

public sealed class NetworkTests
{
    private static readonly string[] Always =
    [
        "client gateway 7100",
        "gateway names 53",
        "gateway silo 30000",
        "monitoring gateway 7101",
        "monitoring silo 7101",
        "silo internet 443",
        "silo names 53",
        "silo silo 11111",
    ];

    private static readonly string[] RedisInside = ["gateway redis 6379", "silo redis 6379"];

    private static readonly string[] RedisOutside = ["gateway internet 10000", "gateway internet 6380", "silo internet 10000", "silo internet 6380"];

    private static readonly string[] Tracing = ["gateway tracing 4317", "silo tracing 4317"];

    private static readonly Mistakes Holes = new()
    {
        ["nothing is denied by itself"] = m => m.Objects.RemoveAll(one => one is V1NetworkPolicy { Metadata.Name: "assize-deny" }),
        ["outgoing connections are not denied"] = m => Policy(m, "assize-deny").Spec.PolicyTypes.Remove("Egress"),
        ["the machine's metadata are open"] = m => Internet(m).Except = null,
        ["everybody reaches silos"] = m => Policy(m, "assize-silo").Spec.Ingress[0].FromProperty.Clear(),
        ["every port is open to gateways"] = m =>
        {
            Policy(m, "assize-silo").Spec.Ingress[1].Ports.Clear();
            Policy(m, "assize-gateway").Spec.Egress[0].Ports.Clear();
        },
        ["every namespace is a client"] = m => Policy(m, "assize-gateway").Spec.Ingress[0].FromProperty[0].NamespaceSelector.MatchLabels.Clear(),
        ["every pod reaches Redis"] = m =>
        {
            Policy(m, "assize-redis").Spec.Ingress[0].FromProperty[0].PodSelector.MatchLabels.Clear();
            Policy(m, "assize-to-redis").Spec.PodSelector.MatchLabels.Clear();
        },
        ["gateways do not reach silos"] = m => Policy(m, "assize-gateway").Spec.Egress.Clear(),
        ["names are not found"] = m => m.Objects.RemoveAll(one => one is V1NetworkPolicy { Metadata.Name: "assize-names" }),
    };

    public static TheoryData<string> HoleNames => Holes.Names;

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void OnlyTheListedWaysAreOpen(string overlay)
    {
        var manifests = Manifests.Of(overlay);

        Assert.Equal(Expected(manifests), Network.Open(manifests));
    }

    [Theory]
    [MemberData(nameof(HoleNames))]
    public void AHoleOrAClosedWayIsSeen(string mistake) => Holes.AreSeenBy(manifests => Expected(manifests).Except(Network.Open(manifests)).Concat(Network.Open(manifests).Except(Expected(manifests))), mistake);

    private static IEnumerable<string> Expected(Manifests manifests) =>
        Always.Concat(manifests.All<V1StatefulSet>().Any() ? RedisInside : RedisOutside).Concat(Traced(manifests) ? Tracing : []).Order(StringComparer.Ordinal);

    /// <summary>Spans that are sent arrive.</summary>
    private static bool Traced(Manifests manifests) => manifests.Environment(manifests.Silo.Spec.Template.Spec.Containers.Single()).ContainsKey("Telemetry__TracesTo");

    private static V1NetworkPolicy Policy(Manifests manifests, string name) => manifests.All<V1NetworkPolicy>().Single(policy => policy.Metadata.Name == name);

    private static V1IPBlock Internet(Manifests manifests) => Policy(manifests, "assize-silo").Spec.Egress.SelectMany(rule => rule.To).Select(peer => peer.IpBlock).OfType<V1IPBlock>().Single();
}
