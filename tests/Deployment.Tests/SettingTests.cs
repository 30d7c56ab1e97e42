using k8s.Models;

namespace Assize.Deployment.Tests;

public sealed class SettingTests
{
    private static readonly Mistakes Words = new()
    {
        ["a misspelt setting"] = m => Map(m, "assize-silo")["Membership__ProbeTimout"] = "00:00:01",
        ["a setting of gateways told to silos"] = m => Map(m, "assize-silo")["Gateway__MaxSendBytes"] = "1",
        ["a setting of silos told to gateways"] = m => Map(m, "assize-gateway")["Runs__ShardsAtOnce"] = "1",
        ["a variable that nothing is made of"] = m => Silo(m).Env.Add(new V1EnvVar { Name = "POD_NAMESPACE", Value = "assize" }),
        ["a misspelt variable of .NET"] = m => Map(m, "assize-silo")["DOTNET_GCGen0Size"] = "1",
    };

    private static readonly Mistakes Burdens = new()
    {
        ["storage in what both read"] = m => Map(m, "assize-cluster")["Orleans__GrainStorage__Default__ProviderType"] = "Redis",
        ["reminders"] = m => Map(m, "assize-gateway")["Orleans__Reminders__ProviderType"] = "Redis",
        ["the silos' ConfigMap"] = m => m.Gateway.Spec.Template.Spec.Containers[0].EnvFrom[1].ConfigMapRef.Name = Silo(m).EnvFrom[1].ConfigMapRef.Name,
    };

    private static readonly Mistakes Islands = new()
    {
        ["state in a file"] = m => Map(m, "assize-silo")["Orleans__GrainStorage__Default__ProviderType"] = "Sqlite",
        ["state in memory"] = m => Map(m, "assize-silo")["Orleans__GrainStorage__Default__ProviderType"] = "Memory",
        ["the program's own choice of state"] = m => Map(m, "assize-silo").Remove("Orleans__GrainStorage__Default__ProviderType"),
        ["state without an address"] = m => Silo(m).Env = [.. Silo(m).Env.Where(variable => !variable.Name.Contains("GrainStorage", StringComparison.Ordinal))],
        ["reminders in memory"] = m => Map(m, "assize-silo").Remove("Orleans__Reminders__ProviderType"),
        ["two clusters"] = m => Map(m, "assize-gateway")["Orleans__ClusterId"] = "other",
        ["every silo alone"] = m => Map(m, "assize-cluster")["Orleans__Clustering__ProviderType"] = "Development",
    };

    private static readonly Mistakes Doors = new()
    {
        ["another port than announced"] = m => Map(m, "assize-silo")["Orleans__Endpoints__SiloListeningEndpoint"] = "0.0.0.0:11112",
        ["a port that nobody listens on"] = m => Map(m, "assize-gateway").Remove("Kestrel__Endpoints__Grpc__Url"),
        ["the loopback address"] = m => Map(m, "assize-cluster")["Kestrel__Endpoints__Health__Url"] = "http://127.0.0.1:7101",
    };

    private static readonly Mistakes Gaps = new()
    {
        ["a secret that is not mounted"] = m => Map(m, "assize-silo")["Secret__File"] = "/etc/assize/secret",
        ["data in the image"] = m => Silo(m).VolumeMounts = [.. Silo(m).VolumeMounts.Where(mount => mount.Name != "data")],
    };

    public static TheoryData<string> WordNames => Words.Names;

    public static TheoryData<string> BurdenNames => Burdens.Names;

    public static TheoryData<string> IslandNames => Islands.Names;

    public static TheoryData<string> DoorNames => Doors.Names;

    public static TheoryData<string> GapNames => Gaps.Names;

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void EveryVariableIsReadByWhoeverIsGivenIt(string overlay) => Assert.Empty(SettingRules.Known(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(WordNames))]
    public void AVariableThatNobodyReadsIsSeen(string mistake) => Words.AreSeenBy(SettingRules.Known, mistake);

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void AGatewayIsToldNothingThatIsForSilosOnly(string overlay) => Assert.Empty(SettingRules.OnlyForSilos(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(BurdenNames))]
    public void AGatewayThatIsToldTooMuchIsSeen(string mistake) => Burdens.AreSeenBy(SettingRules.OnlyForSilos, mistake);

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void AllProcessesShareOneClusterAndOneState(string overlay) => Assert.Empty(SettingRules.Shared(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(IslandNames))]
    public void AnIslandIsSeen(string mistake) => Islands.AreSeenBy(SettingRules.Shared, mistake);

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void ProgramsListenWhereTheyAreAnnounced(string overlay) => Assert.Empty(SettingRules.Ports(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(DoorNames))]
    public void AClosedDoorIsSeen(string mistake) => Doors.AreSeenBy(SettingRules.Ports, mistake);

    [Theory]
    [MemberData(nameof(Overlay.Names), MemberType = typeof(Overlay))]
    public void EveryFileThatAProgramReadsIsMounted(string overlay) => Assert.Empty(SettingRules.Files(Manifests.Of(overlay)));

    [Theory]
    [MemberData(nameof(GapNames))]
    public void AFileThatIsNotMountedIsSeen(string mistake) => Gaps.AreSeenBy(SettingRules.Files, mistake);

    private static V1Container Silo(Manifests manifests) => manifests.Silo.Spec.Template.Spec.Containers.Single();

    private static IDictionary<string, string> Map(Manifests manifests, string name) => manifests.All<V1ConfigMap>().Single(map => map.Metadata.Name.StartsWith($"{name}-", StringComparison.Ordinal)).Data;
}
