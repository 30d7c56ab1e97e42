using System.Text.Json.Nodes;
using Assize.Servers;

namespace Assize.Deployment.Tests;

/// <summary>The manifests build, and every document is one that Kubernetes, KEDA, the operator of Prometheus or cert-manager would take.</summary>
public sealed class BuildTests
{
    [Fact]
    public void EveryOverlayAndComponentIsBuiltBySomeTest()
    {
        var overlays = Directory.GetDirectories(Path.Combine(Programs.Root, "deploy/k8s/overlays")).Select(Path.GetFileName);
        Assert.All(overlays, overlay => Assert.Contains(overlay, Overlay.Names.Select(row => row.Data)));

        var kustomizations = Directory.GetFiles(Path.Combine(Programs.Root, "deploy/k8s/overlays"), "kustomization.yaml", SearchOption.AllDirectories)
            .Append(Path.Combine(Programs.Root, Overlay.Folder(Overlay.Complete), "kustomization.yaml"))
            .Select(File.ReadAllText)
            .ToArray();
        var components = Directory.GetDirectories(Path.Combine(Programs.Root, "deploy/k8s/components")).Select(Path.GetFileName);
        Assert.All(components, component => Assert.Contains(kustomizations, text => text.Contains($"components/{component}\n", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("deploy/k8s/base")]
    [InlineData("deploy/k8s/overlays/local")]
    [InlineData("deploy/k8s/overlays/azure")]
    [InlineData("tests/Deployment.Tests/kustomizations/complete")]
    public void AKustomizationBuildsDocumentsWithoutAnUnknownFieldOrAWrongType(string folder) =>
        Assert.NotEmpty(Manifests.Parsed(Kustomize.Build(folder)).Objects);

    [Theory]
    [InlineData("an unknown field", "spec: { replicas: 1, replica: 2 }")]
    [InlineData("a wrong type", "spec: { replicas: many }")]
    public void AMisspeltDocumentIsRefused(string what, string spec) =>
        Assert.False(Parses($"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: x }}\n{spec}\n"), what);

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void EveryDocumentFollowsThePublishedSchemaOfItsKind(string overlay) =>
        Assert.Empty(Objections(Manifests.Of(overlay).Documents.Select(Manifests.Tree)));

    [Theory]
    [InlineData("apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: x }\nspec: { selector: {} }", "template")]
    [InlineData("apiVersion: v1\nkind: Service\nmetadata: { name: x }\nspec: { ports: [{ port: http }] }", "port")]
    [InlineData("apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: x }\nspec: { triggers: [] }", "scaleTargetRef")]
    [InlineData("apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: { name: x }\nspec: { selector: {}, endpoints: [{ interval: often }] }", "interval")]
    [InlineData("apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: { name: x }\nspec: { secretName: x }", "issuerRef")]
    [InlineData("apiVersion: keda.sh/v1alpha1\nkind: ScaledThing\nmetadata: { name: x }", "no kind")]
    [InlineData("apiVersion: example.org/v1\nkind: Thing\nmetadata: { name: x }", "no schema")]
    public void ADocumentAgainstItsSchemaIsFound(string document, string objection) =>
        Assert.Contains(objection, Assert.Single(Objections([Manifests.Tree(document)])), StringComparison.Ordinal);

    private static bool Parses(string document)
    {
        try
        {
            return Manifests.Parsed(document).Objects.Count > 0;
        }
        catch (YamlDotNet.Core.YamlException)
        {
            return false;
        }
    }

    private static string[] Objections(IEnumerable<JsonNode> documents)
    {
        Programs.Need("node", "Node.js");
        foreach (var package in new[] { "kubernetes-models", "@kubernetes-models/keda", "@kubernetes-models/prometheus-operator", "@kubernetes-models/cert-manager" })
        {
            Programs.NeedFile(Path.Combine(Programs.Root, "node_modules", package, "package.json"), $"{package} (npm ci in the project's folder)");
        }

        return Kustomize.Output("node", ["tests/Deployment.Tests/models.mjs"], string.Join('\n', documents.Select(document => document.ToJsonString())))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
