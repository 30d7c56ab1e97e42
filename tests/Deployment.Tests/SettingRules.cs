using k8s.Models;

namespace Assize.Deployment.Tests;

/// <summary>What the programs are told. Each rule lists what breaks it.</summary>
internal static class SettingRules
{
    /// <summary>Every variable is a setting that this role reads, one of .NET's own, or there for others of the list to be made of.</summary>
    public static IEnumerable<string> Known(Manifests manifests)
    {
        foreach (var (container, role) in Programs(manifests))
        {
            foreach (var (name, _) in manifests.Environment(container))
            {
                var used = container.Env.Any(other => other.Value?.Contains($"$({name})", StringComparison.Ordinal) == true);
                var setting = SettingTable.Of(name);
                if (!used && !SettingTable.OfTheRuntime.Contains(name) && setting is null)
                {
                    yield return $"{container.Name}: nobody reads {name}";
                }
                else if (setting is not null && !setting.IsOf(role))
                {
                    yield return $"{container.Name}: a {role} does not read {name}";
                }
            }
        }
    }

    /// <summary>Orleans makes a client fail that finds storage or reminders among its settings.</summary>
    public static IEnumerable<string> OnlyForSilos(Manifests manifests) =>
        manifests.Environment(manifests.Gateway.Spec.Template.Spec.Containers.Single()).Keys
            .Where(name => new[] { "Orleans__GrainStorage__", "Orleans__Reminders__", "Orleans__Endpoints__", "Models__", "Notifications__", "Secret__" }.Any(section => name.StartsWith(section, StringComparison.Ordinal)))
            .Select(name => $"gateways are told {name}");

    /// <summary>What several silos keep lies where all of them reach it, and all meet in one table.</summary>
    public static IEnumerable<string> Shared(Manifests manifests)
    {
        var (silo, gateway) = (manifests.Environment(manifests.Silo.Spec.Template.Spec.Containers.Single()), manifests.Environment(manifests.Gateway.Spec.Template.Spec.Containers.Single()));
        if (silo.GetValueOrDefault("Orleans__GrainStorage__Default__ProviderType") is not ("AzureBlobStorage" or "Redis"))
        {
            yield return "the silos keep their state apart";
        }

        if (!silo.ContainsKey("Orleans__GrainStorage__Default__ConnectionString"))
        {
            yield return "nobody knows where the state is";
        }

        if (silo.GetValueOrDefault("Orleans__Reminders__ProviderType") != "Redis")
        {
            yield return "reminders are lost with their silo";
        }

        foreach (var name in new[] { "Orleans__ClusterId", "Orleans__ServiceId", "Orleans__Clustering__ProviderType", "Orleans__Clustering__ConnectionString" })
        {
            if (silo.GetValueOrDefault(name) is not { Length: > 0 } of || gateway.GetValueOrDefault(name) != of)
            {
                yield return $"silos and gateways differ in {name}";
            }
        }

        if (silo.GetValueOrDefault("Orleans__Clustering__ProviderType") != "Redis")
        {
            yield return "every silo is a cluster of its own";
        }
    }

    /// <summary>What is listened on is what is announced.</summary>
    public static IEnumerable<string> Ports(Manifests manifests)
    {
        foreach (var (container, _) in Programs(manifests))
        {
            var settings = manifests.Environment(container);
            foreach (var (name, port) in new Dictionary<string, string>
            {
                ["Kestrel__Endpoints__Grpc__Url"] = "grpc",
                ["Kestrel__Endpoints__Health__Url"] = "health",
                ["Orleans__Endpoints__SiloListeningEndpoint"] = "silo",
                ["Orleans__Endpoints__GatewayListeningEndpoint"] = "orleans-gateway",
            })
            {
                var announced = container.Ports.FirstOrDefault(one => one.Name == port)?.ContainerPort;
                var listened = settings.TryGetValue(name, out var value) ? int.Parse(value.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture) : (int?)null;
                if (announced != listened)
                {
                    yield return $"{container.Name}: the port {port} is announced as {announced} and listened on as {listened}";
                }

                if (value?.Contains("127.0.0.1", StringComparison.Ordinal) == true || value?.Contains("localhost", StringComparison.Ordinal) == true)
                {
                    yield return $"{container.Name}: nobody outside the pod reaches {name}";
                }
            }
        }
    }

    /// <summary>Every file that a program is told to read lies in a volume.</summary>
    public static IEnumerable<string> Files(Manifests manifests) =>
        from program in Programs(manifests)
        from pair in manifests.Environment(program.Container)
        where pair.Value.StartsWith('/')
        where program.Container.VolumeMounts?.Any(mount => pair.Value == mount.MountPath || pair.Value.StartsWith($"{mount.MountPath}/", StringComparison.Ordinal)) != true
        select $"{program.Container.Name}: {pair.Key} names {pair.Value}, which no volume holds";

    private static IEnumerable<(V1Container Container, string Role)> Programs(Manifests manifests) =>
        from workload in manifests.Workloads
        where workload.IsAssize
        let container = workload.Pod.Containers.Single()
        select (container, manifests.Environment(container).GetValueOrDefault("Role", "all"));
}
