using k8s.Models;

namespace Assize.Deployment.Tests;

public sealed class PodTests
{
    private static readonly Mistakes Freedoms = new()
    {
        ["it may run as root"] = m => m.Silo.Spec.Template.Spec.SecurityContext.RunAsNonRoot = false,
        ["it runs as user 0"] = m => m.Gateway.Spec.Template.Spec.SecurityContext.RunAsUser = 0,
        ["it runs as a user that the image does not know"] = m => m.Silo.Spec.Template.Spec.SecurityContext.RunAsUser = 1000,
        ["it has no seccomp profile"] = m => m.Silo.Spec.Template.Spec.SecurityContext.SeccompProfile = null,
        ["it has its machine's network"] = m => m.Gateway.Spec.Template.Spec.HostNetwork = true,
        ["it mounts its machine's disk"] = m => m.Silo.Spec.Template.Spec.Volumes.Add(new V1Volume { Name = "disk", HostPath = new V1HostPathVolumeSource { Path = "/" } }),
        ["its temporary files have no limit"] = m => m.Silo.Spec.Template.Spec.Volumes.Single(volume => volume.Name == "temp").EmptyDir.SizeLimit = null,
        ["it may become more"] = m => Silo(m).SecurityContext.AllowPrivilegeEscalation = null,
        ["it keeps its capabilities"] = m => Silo(m).SecurityContext.Capabilities.Drop.Clear(),
        ["it takes a capability"] = m => Silo(m).SecurityContext.Capabilities.Add = ["NET_ADMIN"],
        ["its image can be written to"] = m => Silo(m).SecurityContext.ReadOnlyRootFilesystem = false,
        ["its sidecar can be written to"] = m => m.Silo.Spec.Template.Spec.InitContainers[0].SecurityContext.ReadOnlyRootFilesystem = false,
        ["it has no place for temporary files"] = m => Silo(m).VolumeMounts = [.. Silo(m).VolumeMounts.Where(mount => mount.Name != "temp")],
        ["the namespace does not insist"] = m => m.All<V1Namespace>().Single().Metadata.Labels.Remove("pod-security.kubernetes.io/enforce"),
    };

    private static readonly Mistakes Tokens = new()
    {
        ["a pod mounts a token"] = m => m.Gateway.Spec.Template.Spec.AutomountServiceAccountToken = null,
        ["an account gives its token away"] = m => m.All<V1ServiceAccount>().First().AutomountServiceAccountToken = true,
        ["a pod shares the default account"] = m => m.Silo.Spec.Template.Spec.ServiceAccountName = null,
    };

    private static readonly Mistakes Measures = new()
    {
        ["no request for a processor"] = m => Silo(m).Resources.Requests.Remove("cpu"),
        ["no request for memory"] = m => Silo(m).Resources.Requests.Remove("memory"),
        ["no limit of memory"] = m => Silo(m).Resources.Limits.Clear(),
        ["a limit of the processor"] = m => Silo(m).Resources.Limits["cpu"] = new ResourceQuantity("2"),
        ["a request above the limit"] = m => Silo(m).Resources.Requests["memory"] = new ResourceQuantity("64Gi"),
    };

    private static readonly Mistakes Questions = new()
    {
        ["no startup probe"] = m => Silo(m).StartupProbe = null,
        ["no readiness probe"] = m => m.Gateway.Spec.Template.Spec.Containers[0].ReadinessProbe = null,
        ["no liveness probe"] = m => Silo(m).LivenessProbe = null,
        ["a minute to start"] = m => Silo(m).StartupProbe.FailureThreshold = 12,
        ["liveness asks for the cluster"] = m => Silo(m).LivenessProbe.HttpGet.Path = "/readyz",
        ["readiness asks for the process alone"] = m => Silo(m).ReadinessProbe.HttpGet.Path = "/healthz",
        ["a port that is not there"] = m => Silo(m).LivenessProbe.HttpGet.Port = "metrics",
    };

    public static TheoryData<string> FreedomNames => Freedoms.Names;

    public static TheoryData<string> TokenNames => Tokens.Names;

    public static TheoryData<string> MeasureNames => Measures.Names;

    public static TheoryData<string> QuestionNames => Questions.Names;

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void EveryPodKeepsToTheRestrictedStandard(string overlay) => Assert.Empty(PodRules.Restricted(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(FreedomNames))]
    public void APodThatMayMoreIsSeen(string mistake) => Freedoms.AreSeenBy(PodRules.Restricted, mistake);

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void NoPodHoldsATokenOfTheKubernetesApi(string overlay) => Assert.Empty(PodRules.WithoutToken(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(TokenNames))]
    public void ATokenIsSeen(string mistake) => Tokens.AreSeenBy(PodRules.WithoutToken, mistake);

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void EveryContainerAsksForWhatItNeedsAndNoneIsHeldBackInItsCpu(string overlay) => Assert.Empty(PodRules.Resources(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(MeasureNames))]
    public void AWrongMeasureIsSeen(string mistake) => Measures.AreSeenBy(PodRules.Resources, mistake);

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void EveryContainerIsAskedHowItIsAndHasTimeToStart(string overlay) => Assert.Empty(PodRules.Probes(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(QuestionNames))]
    public void AWrongProbeIsSeen(string mistake) => Questions.AreSeenBy(PodRules.Probes, mistake);

    private static V1Container Silo(Manifests manifests) => manifests.Silo.Spec.Template.Spec.Containers.Single();
}
