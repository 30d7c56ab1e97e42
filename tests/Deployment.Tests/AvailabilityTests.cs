using k8s.Models;

namespace Assize.Deployment.Tests;

public sealed class AvailabilityTests
{
    private static readonly Mistakes Hurry = new()
    {
        ["killed before it gives up"] = m => m.Silo.Spec.Template.Spec.TerminationGracePeriodSeconds = 120,
        ["no grace said"] = m => m.Gateway.Spec.Template.Spec.TerminationGracePeriodSeconds = null,
        ["a longer shutdown"] = m => Settings(m, "assize-silo")["Shutdown__Timeout"] = "00:10:00",
        ["no time limit of its own"] = m => Settings(m, "assize-gateway").Remove("Shutdown__Timeout"),
        ["no sleep before it stops"] = m => m.Gateway.Spec.Template.Spec.Containers[0].Lifecycle = null,
    };

    private static readonly Mistakes Budgets = new()
    {
        ["no budget"] = m => m.Objects.RemoveAll(one => one is V1PodDisruptionBudget { Metadata.Name: "assize-silo" }),
        ["a budget of other pods"] = m => Budget(m).Spec.Selector.MatchLabels["app.kubernetes.io/component"] = "worker",
        ["a budget of nothing"] = m => Budget(m).Spec.MaxUnavailable = "0",
        ["as many away as there are"] = m => m.Silo.Spec.Replicas = 1,
    };

    private static readonly Mistakes Masters = new(Overlay.Complete)
    {
        ["a scaled number that is written down"] = m => m.Gateway.Spec.Replicas = 2,
        ["silos scaled and written down"] = m => m.Silo.Spec.Replicas = 3,
        ["no number and no scaler"] = m => m.Objects.RemoveAll(one => one is V2HorizontalPodAutoscaler),
        ["no room to scale"] = m => m.All<V2HorizontalPodAutoscaler>().Single().Spec.MaxReplicas = 2,
        ["two scalers"] = m => m.All<V2HorizontalPodAutoscaler>().Single().Spec.ScaleTargetRef.Name = "assize-silo",
    };

    private static readonly Mistakes Rollouts = new()
    {
        ["an old pod goes first"] = m => m.Silo.Spec.Strategy.RollingUpdate.MaxUnavailable = "25%",
        ["all at once"] = m => m.Gateway.Spec.Strategy = new V1DeploymentStrategy { Type = "Recreate" },
        ["on to the next at once"] = m => m.Silo.Spec.MinReadySeconds = null,
        ["given up too early"] = m => m.Silo.Spec.ProgressDeadlineSeconds = 120,
        ["all on one machine"] = m => m.Silo.Spec.Template.Spec.TopologySpreadConstraints.RemoveAt(1),
        ["all in one zone"] = m => m.Gateway.Spec.Template.Spec.TopologySpreadConstraints.RemoveAt(0),
    };

    private static readonly Mistakes Memories = new()
    {
        ["no log"] = m => Configure(m, "appendonly yes", "appendonly no"),
        ["a second's loss"] = m => Configure(m, "appendfsync always", "appendfsync everysec"),
        ["rows thrown out"] = m => Configure(m, "noeviction", "allkeys-lru"),
        ["no end of memory"] = m => Configure(m, "maxmemory 512mb\n", ""),
        ["all of the pod's memory"] = m => Configure(m, "512mb", "768mb"),
        ["no disk"] = m => m.All<V1StatefulSet>().Single().Spec.VolumeClaimTemplates = null,
    };

    public static TheoryData<string> HurryNames => Hurry.Names;

    public static TheoryData<string> BudgetNames => Budgets.Names;

    public static TheoryData<string> MasterNames => Masters.Names;

    public static TheoryData<string> RolloutNames => Rollouts.Names;

    public static TheoryData<string> MemoryNames => Memories.Names;

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void APodHasLongerToStopThanTheProgramTakes(string overlay) => Assert.Empty(AvailabilityRules.Grace(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(HurryNames))]
    public void APodThatIsKilledTooEarlyIsSeen(string mistake) => Hurry.AreSeenBy(AvailabilityRules.Grace, mistake);

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void AMachineCanBeEmptiedAndSomePodStaysAtWork(string overlay) => Assert.Empty(AvailabilityRules.Budgets(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(BudgetNames))]
    public void AWrongBudgetIsSeen(string mistake) => Budgets.AreSeenBy(AvailabilityRules.Budgets, mistake);

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void ANumberOfReplicasHasOneMaster(string overlay) => Assert.Empty(AvailabilityRules.Scaling(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(MasterNames))]
    public void ASecondMasterIsSeen(string mistake) => Masters.AreSeenBy(AvailabilityRules.Scaling, mistake);

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void PodsAreReplacedOneByOneAndSpread(string overlay) => Assert.Empty(AvailabilityRules.Rollout(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(RolloutNames))]
    public void AWrongRolloutIsSeen(string mistake) => Rollouts.AreSeenBy(AvailabilityRules.Rollout, mistake);

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void RedisForgetsNothing(string overlay) => Assert.Empty(AvailabilityRules.Redis(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(MemoryNames))]
    public void AForgetfulRedisIsSeen(string mistake) => Memories.AreSeenBy(AvailabilityRules.Redis, mistake);

    private static V1PodDisruptionBudget Budget(Manifests manifests) => manifests.All<V1PodDisruptionBudget>().First(one => one.Metadata.Name == "assize-silo");

    private static IDictionary<string, string> Settings(Manifests manifests, string name) => manifests.All<V1ConfigMap>().Single(map => map.Metadata.Name.StartsWith($"{name}-", StringComparison.Ordinal)).Data;

    private static void Configure(Manifests manifests, string from, string to)
    {
        var settings = Settings(manifests, "assize-redis");
        Assert.Contains(from, settings["redis.conf"], StringComparison.Ordinal);
        settings["redis.conf"] = settings["redis.conf"].Replace(from, to, StringComparison.Ordinal);
    }
}
