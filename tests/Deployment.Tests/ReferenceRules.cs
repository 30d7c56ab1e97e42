using System.Text.RegularExpressions;
using Assize.Servers;
using k8s.Models;

namespace Assize.Deployment.Tests;

/// <summary>What names something else: it is there, it is meant, and it is no secret. Each rule lists what breaks it.</summary>
internal static partial class ReferenceRules
{
    /// <summary>Every ConfigMap that a pod names is made here, and every one made here is named.</summary>
    public static IEnumerable<string> ConfigMaps(Manifests manifests)
    {
        var made = manifests.All<V1ConfigMap>().Select(map => map.Metadata.Name).ToHashSet();
        var named = (from workload in manifests.Workloads
                     from name in workload.Containers.SelectMany(container => container.EnvFrom ?? []).Select(source => source.ConfigMapRef?.Name)
                         .Concat((workload.Pod.Volumes ?? []).Select(volume => volume.ConfigMap?.Name))
                     where name is not null
                     select name).ToHashSet();
        return named.Except(made).Select(name => $"there is no ConfigMap {name}")
            .Concat(made.Except(named).Select(name => $"nobody reads the ConfigMap {name}"))
            .Concat(made.Where(name => !Hash().IsMatch(name)).Select(name => $"{name} carries no hash of its contents, so that a change rolls no pod"));
    }

    /// <summary>Every Secret is one that the operator is told to make, key by key, or that a Certificate makes.</summary>
    public static IEnumerable<string> Secrets(Manifests manifests)
    {
        var told = Told(File.ReadAllText(Path.Combine(Programs.Root, "docs/kubernetes.md")));
        var made = manifests.Foreign.Where(one => (string?)one["kind"] == "Certificate").Select(one => (string)one["spec"]!["secretName"]!).ToHashSet();
        foreach (var workload in manifests.Workloads)
        {
            var volumes = (workload.Pod.Volumes ?? []).Select(volume => volume.Secret?.SecretName).OfType<string>().Select(name => (name, (string?)null));
            var variables = workload.Containers.SelectMany(container => container.Env ?? []).Select(variable => variable.ValueFrom?.SecretKeyRef).OfType<V1SecretKeySelector>().Select(reference => (reference.Name, (string?)reference.Key));
            foreach (var (name, key) in volumes.Concat(variables))
            {
                if (!made.Contains(name) && !told.Any(one => one.Name == name && (key is null || one.Key == key)))
                {
                    yield return $"{workload.Name} wants the Secret {name}{(key is null ? "" : $" with the key {key}")}, and docs/kubernetes.md does not say how to make it";
                }
            }
        }
    }

    /// <summary>No secret stands in the manifests: not as a Secret, not in a value.</summary>
    public static IEnumerable<string> Literals(Manifests manifests)
    {
        foreach (var secret in manifests.All<V1Secret>())
        {
            yield return $"the Secret {secret.Metadata.Name} stands here with its contents";
        }

        var values = manifests.All<V1ConfigMap>().SelectMany(map => map.Data)
            .Concat(manifests.Workloads.SelectMany(workload => workload.Containers).SelectMany(container => container.Env ?? []).Where(variable => variable.Value is not null).Select(variable => KeyValuePair.Create(variable.Name, variable.Value)))
            .Concat(manifests.Workloads.SelectMany(workload => workload.Containers).SelectMany(container => (container.Command ?? []).Concat(container.Args ?? [])).Select(argument => KeyValuePair.Create("an argument", argument)));
        foreach (var (name, value) in values)
        {
            if (Password().IsMatch(value) || (SecretName().IsMatch(name) && !value.StartsWith('/') && !value.StartsWith("$(", StringComparison.Ordinal)))
            {
                yield return $"{name} looks like a secret";
            }
        }
    }

    /// <summary>An image is one that does not change behind its name.</summary>
    public static IEnumerable<string> Images(Manifests manifests) =>
        from workload in manifests.Workloads
        from container in workload.Containers
        where !PinnedImage().IsMatch(container.Image) || container.Image.EndsWith(":latest", StringComparison.Ordinal)
        select $"{workload.Name}: {container.Image} has neither a digest nor a tag of its own";

    /// <summary>$(NAME) stands for what is defined before it; otherwise Kubernetes leaves the text as it is, without a word.</summary>
    public static IEnumerable<string> Expansions(Manifests manifests)
    {
        foreach (var container in manifests.Workloads.SelectMany(workload => workload.Containers))
        {
            var defined = new HashSet<string>(StringComparer.Ordinal);
            foreach (var variable in container.Env ?? [])
            {
                foreach (var name in Names(variable.Value).Where(name => !defined.Contains(name)))
                {
                    yield return $"{container.Name}: {variable.Name} uses {name}, which is not defined before it";
                }

                defined.Add(variable.Name);
            }

            foreach (var name in (container.Command ?? []).Concat(container.Args ?? []).SelectMany(Names).Where(name => !defined.Contains(name)))
            {
                yield return $"{container.Name}: an argument uses {name}, which is not defined";
            }
        }
    }

    /// <summary>Services and monitors find pods, and ports that these have; scalers find what they scale; mounts find their volumes.</summary>
    public static IEnumerable<string> Targets(Manifests manifests)
    {
        foreach (var service in manifests.All<V1Service>())
        {
            var pods = manifests.Workloads.Where(workload => service.Spec.Selector.All(pair => workload.Template.Metadata.Labels.TryGetValue(pair.Key, out var value) && value == pair.Value)).ToArray();
            var ports = pods.SelectMany(workload => workload.Pod.Containers).SelectMany(container => container.Ports).Select(port => port.Name).ToHashSet();
            foreach (var port in service.Spec.Ports.Where(port => pods.Length == 0 || !ports.Contains(port.TargetPort?.Value ?? "")))
            {
                yield return $"the Service {service.Metadata.Name} finds no port {port.TargetPort?.Value}";
            }

            if (pods.Any(pod => pod.Name == "assize-silo") && service.Spec.Ports.Any(port => port.TargetPort?.Value is "silo" or "orleans-gateway"))
            {
                yield return $"the Service {service.Metadata.Name} stands before a port of Orleans";
            }
        }

        var names = manifests.Workloads.Select(workload => workload.Name).ToHashSet();
        foreach (var scaled in manifests.All<V2HorizontalPodAutoscaler>().Select(one => one.Spec.ScaleTargetRef.Name).Concat(manifests.Foreign.Where(one => (string?)one["kind"] == "ScaledObject").Select(one => (string)one["spec"]!["scaleTargetRef"]!["name"]!)).Where(name => !names.Contains(name)))
        {
            yield return $"{scaled} is scaled and is not there";
        }

        foreach (var endpoint in manifests.Foreign.Where(one => (string?)one["kind"] == "ServiceMonitor").SelectMany(one => one["spec"]!["endpoints"]!.AsArray()))
        {
            if (!manifests.All<V1Service>().SelectMany(service => service.Spec.Ports).Any(port => port.Name == (string?)endpoint!["port"]))
            {
                yield return $"no Service has the port {endpoint!["port"]} that is monitored";
            }
        }

        foreach (var workload in manifests.Workloads)
        {
            var volumes = (workload.Pod.Volumes ?? []).Select(volume => volume.Name).Concat(manifests.All<V1StatefulSet>().SelectMany(set => set.Spec.VolumeClaimTemplates ?? []).Select(claim => claim.Metadata.Name)).ToHashSet();
            foreach (var mount in workload.Containers.SelectMany(container => container.VolumeMounts ?? []).Where(mount => !volumes.Contains(mount.Name)))
            {
                yield return $"{workload.Name} mounts {mount.Name}, which there is not";
            }
        }
    }

    private static IEnumerable<(string Name, string Key)> Told(string documentation) =>
        from Match command in Command().Matches(documentation)
        from Match key in Key().Matches(command.Value)
        select (command.Groups[1].Value, key.Groups[1].Value);

    private static IEnumerable<string> Names(string? value) => Expansion().Matches(value ?? "").Select(match => match.Groups[1].Value);

    [GeneratedRegex("-[a-z0-9]{10}$")]
    private static partial Regex Hash();

    [GeneratedRegex(@"(password|accountkey|sharedaccesskey|sig)\s*=\s*(?!\$\()[^,;\s]", RegexOptions.IgnoreCase)]
    private static partial Regex Password();

    [GeneratedRegex("(password|passphrase|secret|token$|apikey$|accesskey$)", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex("^[^@]+(:[a-z0-9][^:/@]*|@sha256:[0-9a-f]{64})$")]
    private static partial Regex PinnedImage();

    [GeneratedRegex(@"\$\(([A-Za-z_][A-Za-z0-9_]*)\)")]
    private static partial Regex Expansion();

    [GeneratedRegex(@"create secret generic (\S+)(?:[^\n]*\\\n)*[^\n]*")]
    private static partial Regex Command();

    [GeneratedRegex(@"--from-(?:file|literal)=([\w.-]+)")]
    private static partial Regex Key();
}
