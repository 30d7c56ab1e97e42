using System.Globalization;
using System.Net;
using k8s.Models;

namespace Assize.Deployment.Tests;

/// <summary>Somebody on the network: a pod of ours, a pod in another namespace, or an address outside. Blocks of addresses are for the last, says Kubernetes.</summary>
internal sealed record Party(string Name, IDictionary<string, string> Namespace, IDictionary<string, string> Pod, string? Address)
{
    public bool IsOurs => Namespace.TryGetValue("kubernetes.io/metadata.name", out var name) && name == "assize";
}

/// <summary>Who reaches whom by the NetworkPolicies of the manifests, as the Kubernetes documentation says they work.</summary>
internal static class Network
{
    private static readonly int[] PodPorts = [6379, 7100, 7101, 11111, 30000];
    private static readonly int[] OutsidePorts = [53, 80, 443, 4317, 6380, 10000];

    /// <summary>Every way that is open between parties of which one at least is ours, as "from to port".</summary>
    public static IEnumerable<string> Open(Manifests manifests)
    {
        var parties = Parties(manifests).ToArray();
        return (from source in parties
                from target in parties
                where source.IsOurs || target.IsOurs
                from port in target.IsOurs ? PodPorts : OutsidePorts
                where Leaves(manifests, source, target, port) && Enters(manifests, source, target, port)
                select $"{source.Name} {target.Name} {port.ToString(CultureInfo.InvariantCulture)}").Order(StringComparer.Ordinal);
    }

    private static IEnumerable<Party> Parties(Manifests manifests)
    {
        var ours = new Dictionary<string, string> { ["kubernetes.io/metadata.name"] = "assize" };
        foreach (var workload in manifests.Workloads)
        {
            yield return new Party(workload.Name["assize-".Length..], ours, workload.Template.Metadata.Labels, null);
        }

        yield return new Party("neighbour", ours, Labels(("app.kubernetes.io/name", "other")), null);
        yield return new Party("client", Labels(("assize/client", "true")), Labels(), null);
        yield return new Party("monitoring", Labels(("assize/monitoring", "true")), Labels(), null);
        yield return new Party("tracing", Labels(("assize/tracing", "true")), Labels(), null);
        yield return new Party("stranger", Labels(("kubernetes.io/metadata.name", "default")), Labels(), null);
        yield return new Party("names", Labels(("kubernetes.io/metadata.name", "kube-system")), Labels(("k8s-app", "kube-dns")), null);
        yield return new Party("internet", Labels(), Labels(), "20.50.1.1");
        yield return new Party("metadata", Labels(), Labels(), "169.254.169.254");
    }

    private static bool Leaves(Manifests manifests, Party source, Party target, int port)
    {
        var policies = Selecting(manifests, source, "Egress");
        return policies.Length == 0 || policies.SelectMany(policy => policy.Spec.Egress ?? []).Any(rule => Peers(rule.To, target) && Ports(rule.Ports, port));
    }

    private static bool Enters(Manifests manifests, Party source, Party target, int port)
    {
        var policies = Selecting(manifests, target, "Ingress");
        return policies.Length == 0 || policies.SelectMany(policy => policy.Spec.Ingress ?? []).Any(rule => Peers(rule.FromProperty, source) && Ports(rule.Ports, port));
    }

    private static V1NetworkPolicy[] Selecting(Manifests manifests, Party party, string direction) => party.IsOurs
        ? [.. manifests.All<V1NetworkPolicy>().Where(policy => policy.Spec.PolicyTypes.Contains(direction) && Matches(policy.Spec.PodSelector, party.Pod))]
        : [];

    private static bool Peers(IList<V1NetworkPolicyPeer>? peers, Party party) => peers is not { Count: > 0 } || peers.Any(peer =>
        peer.IpBlock is { } block
            ? party.Address is { } address && IPNetwork.Parse(block.Cidr).Contains(IPAddress.Parse(address)) && !(block.Except ?? []).Any(except => IPNetwork.Parse(except).Contains(IPAddress.Parse(address)))
            : party.Address is null && (peer.NamespaceSelector is null ? party.IsOurs : Matches(peer.NamespaceSelector, party.Namespace)) && Matches(peer.PodSelector, party.Pod));

    private static bool Ports(IList<V1NetworkPolicyPort>? ports, int port) => ports is not { Count: > 0 } || ports.Any(one => one.Port is null || one.Port.Value == port.ToString(CultureInfo.InvariantCulture));

    private static bool Matches(V1LabelSelector? selector, IDictionary<string, string> labels) => selector is null || AvailabilityRules.Selects(selector, labels);

    private static Dictionary<string, string> Labels(params (string Key, string Value)[] pairs) => pairs.ToDictionary(pair => pair.Key, pair => pair.Value);
}
