using Assize.Servers;
using k8s.Models;

namespace Assize.Deployment.Tests;

public sealed class ReferenceTests
{
    private static readonly Mistakes Maps = new()
    {
        ["one that is not made"] = m => Silo(m).EnvFrom[0].ConfigMapRef.Name = "assize-cluster",
        ["one that nobody reads"] = m => m.Objects.Add(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "assize-other-0123456789" } }),
        ["one without a hash"] = m => Silo(m).EnvFrom[1].ConfigMapRef.Name = m.All<V1ConfigMap>().Single(map => map.Metadata.Name.StartsWith("assize-silo", StringComparison.Ordinal)).Metadata.Name = "assize-silo",
    };

    private static readonly Mistakes Keys = new()
    {
        ["a Secret that nobody is told of"] = m => m.Silo.Spec.Template.Spec.Volumes.First(volume => volume.Secret is not null).Secret.SecretName = "assize-unknown",
        ["a key that nobody is told of"] = m => Variable(m, "REDIS_PASSWORD").ValueFrom.SecretKeyRef.Key = "passphrase",
    };

    private static readonly Mistakes Disclosures = new()
    {
        ["a Secret with its contents"] = m => m.Objects.Add(new V1Secret { Metadata = new V1ObjectMeta { Name = "assize-redis" } }),
        ["a password in a connection string"] = m => Variable(m, "REDIS_CONNECTION").Value = "assize-redis:6379,password=hunter2",
        ["a storage key"] = m => Silo(m).Env.Add(new V1EnvVar { Name = "Orleans__GrainStorage__Other__ConnectionString", Value = "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=abc" }),
        ["a password as a value"] = m => Silo(m).Env.Add(new V1EnvVar { Name = "REDIS_PASSWORD", Value = "hunter2" }),
        ["a key in a ConfigMap"] = m => m.All<V1ConfigMap>().First().Data["Models__judge__ApiKey"] = "sk-0",
        ["a password as an argument"] = m => m.All<V1StatefulSet>().Single().Spec.Template.Spec.Containers[0].Command.Add("password=hunter2"),
    };

    private static readonly Mistakes Pictures = new()
    {
        ["no tag"] = m => Silo(m).Image = "assize",
        ["the latest"] = m => Silo(m).Image = "example.org:5000/assize:latest",
        ["a registry's port for a tag"] = m => Silo(m).Image = "example.org:5000/assize",
        ["half a digest"] = m => Silo(m).Image = "assize@sha256:0123",
    };

    private static readonly Mistakes Orders = new()
    {
        ["defined later"] = m => Silo(m).Env = [.. Silo(m).Env.Reverse()],
        ["not defined"] = m => Silo(m).Env.Remove(Variable(m, "REDIS_PASSWORD")),
        ["an argument"] = m => Silo(m).Args = ["up", "--data", "$(DATA)"],
    };

    private static readonly Mistakes Misses = new(Overlay.Complete)
    {
        ["a Service without pods"] = m => m.All<V1Service>().First().Spec.Selector["app.kubernetes.io/component"] = "web",
        ["a Service at a port that pods do not have"] = m => m.All<V1Service>().First().Spec.Ports[0].TargetPort = "https",
        ["a Service before a port of Orleans"] = m => m.All<V1Service>().Single(service => service.Metadata.Name == "assize-metrics").Spec.Ports[0].TargetPort = "orleans-gateway",
        ["a scaler of nothing"] = m => m.All<V2HorizontalPodAutoscaler>().Single().Spec.ScaleTargetRef.Name = "assize-web",
        ["silos scaled under another name"] = m => m.Foreign.Single(one => (string?)one["kind"] == "ScaledObject")["spec"]!["scaleTargetRef"]!["name"] = "silo",
        ["a monitor of a port that there is not"] = m => m.Foreign.Single(one => (string?)one["kind"] == "ServiceMonitor")["spec"]!["endpoints"]![0]!["port"] = "metrics",
        ["a mount without a volume"] = m => Silo(m).VolumeMounts[0].Name = "nothing",
    };

    public static TheoryData<string> MapNames => Maps.Names;

    public static TheoryData<string> KeyNames => Keys.Names;

    public static TheoryData<string> DisclosureNames => Disclosures.Names;

    public static TheoryData<string> PictureNames => Pictures.Names;

    public static TheoryData<string> OrderNames => Orders.Names;

    public static TheoryData<string> MissNames => Misses.Names;

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void EveryConfigMapIsMadeReadAndNamedByItsContents(string overlay) => Assert.Empty(ReferenceRules.ConfigMaps(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(MapNames))]
    public void AWrongConfigMapIsSeen(string mistake) => Maps.AreSeenBy(ReferenceRules.ConfigMaps, mistake);

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void TheDocumentationSaysHowToMakeEverySecret(string overlay) => Assert.Empty(ReferenceRules.Secrets(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(KeyNames))]
    public void ASecretThatNobodyIsToldOfIsSeen(string mistake) => Keys.AreSeenBy(ReferenceRules.Secrets, mistake);

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void NoSecretStandsInTheManifests(string overlay) => Assert.Empty(ReferenceRules.Literals(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(DisclosureNames))]
    public void ASecretInTheManifestsIsSeen(string mistake) => Disclosures.AreSeenBy(ReferenceRules.Literals, mistake);

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void EveryImageStaysTheSame(string overlay) => Assert.Empty(ReferenceRules.Images(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(PictureNames))]
    public void AnImageThatChangesBehindItsNameIsSeen(string mistake) => Pictures.AreSeenBy(ReferenceRules.Images, mistake);

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void EveryExpansionStandsForSomething(string overlay) => Assert.Empty(ReferenceRules.Expansions(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(OrderNames))]
    public void AnExpansionOfNothingIsSeen(string mistake) => Orders.AreSeenBy(ReferenceRules.Expansions, mistake);

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void EverythingThatIsPointedAtIsThere(string overlay) => Assert.Empty(ReferenceRules.Targets(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(MissNames))]
    public void WhatPointsAtNothingIsSeen(string mistake) => Misses.AreSeenBy(ReferenceRules.Targets, mistake);

    [Fact]
    public void TheTagInTheBaseIsTheVersionOfTheProgram()
    {
        var properties = System.Xml.Linq.XDocument.Load(Path.Combine(Programs.Root, "Directory.Build.props"));
        var version = properties.Descendants("Version").Single().Value;

        Assert.Equal($"assize:{version}", Manifests.Parsed(Kustomize.Build("deploy/k8s/base")).Silo.Spec.Template.Spec.Containers.Single().Image);
    }

    private static V1Container Silo(Manifests manifests) => manifests.Silo.Spec.Template.Spec.Containers.Single();

    private static V1EnvVar Variable(Manifests manifests, string name) => Silo(manifests).Env.Single(variable => variable.Name == name);
}
