using k8s.Models;

namespace Assize.Deployment.Tests;

/// <summary>What holds for every pod: what it may do, what it gets, and how it is asked whether it is well. Each rule lists what breaks it.</summary>
internal static class PodRules
{
    private const int AssizeUser = 1654;

    /// <summary>The restricted standard of Kubernetes, and a file system that nobody can write to.</summary>
    public static IEnumerable<string> Restricted(Manifests manifests) => manifests.Workloads.SelectMany(workload => RestrictedPod(workload).Concat(workload.Containers.SelectMany(RestrictedContainer)).Select(what => $"{workload.Name}: {what}"))
        .Concat(manifests.All<V1Namespace>().Where(one => one.Metadata.Labels?.TryGetValue("pod-security.kubernetes.io/enforce", out var level) != true || level != "restricted").Select(one => $"the namespace {one.Metadata.Name} does not enforce the restricted standard"))
        .Concat(manifests.All<V1Namespace>().Any() ? [] : ["there is no namespace"]);

    /// <summary>Nobody here asks the Kubernetes API for anything.</summary>
    public static IEnumerable<string> WithoutToken(Manifests manifests)
    {
        var accounts = manifests.All<V1ServiceAccount>().ToDictionary(account => account.Metadata.Name);
        foreach (var workload in manifests.Workloads)
        {
            if (workload.Pod.AutomountServiceAccountToken != false)
            {
                yield return $"{workload.Name} mounts a token";
            }

            if (workload.Pod.ServiceAccountName is not { } name || !accounts.ContainsKey(name))
            {
                yield return $"{workload.Name} has no account of its own";
            }
        }

        foreach (var account in accounts.Values.Where(account => account.AutomountServiceAccountToken != false))
        {
            yield return $"the account {account.Metadata.Name} gives its token to every pod";
        }
    }

    /// <summary>Requests are what the scheduler counts with; memory has an end, and a processor's time none.</summary>
    public static IEnumerable<string> Resources(Manifests manifests) =>
        from workload in manifests.Workloads
        from container in workload.Containers
        from what in ResourcesOf(container)
        select $"{workload.Name}, {container.Name}: {what}";

    /// <summary>Sidecars may listen on the loopback address alone, where no probe reaches them.</summary>
    public static IEnumerable<string> Probes(Manifests manifests) =>
        from workload in manifests.Workloads
        where !workload.Ends
        from container in workload.Pod.Containers
        from what in ProbesOf(container)
        select $"{workload.Name}, {container.Name}: {what}";

    private static IEnumerable<string> RestrictedPod(Workload workload)
    {
        var pod = workload.Pod;
        if (pod.SecurityContext?.RunAsNonRoot != true || pod.SecurityContext.RunAsUser is not > 0)
        {
            yield return "may run as root";
        }

        if (workload.Containers.Any(container => container.Image.Contains("assize", StringComparison.Ordinal)) && pod.SecurityContext?.RunAsUser != AssizeUser)
        {
            yield return "does not run as the image's user";
        }

        if (pod.SecurityContext?.SeccompProfile?.Type != "RuntimeDefault")
        {
            yield return "has no seccomp profile";
        }

        if (pod.HostNetwork == true || pod.HostPID == true || pod.HostIPC == true)
        {
            yield return "shares something with its machine";
        }

        foreach (var volume in pod.Volumes ?? [])
        {
            if (volume.ConfigMap is null && volume.Secret is null && volume.EmptyDir is null)
            {
                yield return $"the volume {volume.Name} is of a kind that nothing here needs";
            }

            if (volume.EmptyDir is { SizeLimit: null })
            {
                yield return $"the volume {volume.Name} may grow until the machine's disk is full";
            }
        }
    }

    private static IEnumerable<string> RestrictedContainer(V1Container container)
    {
        var security = container.SecurityContext;
        if (security?.AllowPrivilegeEscalation != false || security.Privileged == true)
        {
            yield return $"{container.Name} may become more than it is";
        }

        if (security?.Capabilities?.Drop?.Contains("ALL") != true || security.Capabilities.Add is { Count: > 0 })
        {
            yield return $"{container.Name} keeps capabilities";
        }

        if (security?.ReadOnlyRootFilesystem != true)
        {
            yield return $"{container.Name} can write into its image";
        }

        if (security?.RunAsUser is not null || security?.RunAsNonRoot == false)
        {
            yield return $"{container.Name} has a user of its own";
        }

        if (container.Image.Contains("assize", StringComparison.Ordinal) && container.VolumeMounts?.Any(mount => mount.MountPath == "/tmp") != true)
        {
            yield return $"{container.Name} has nowhere to put temporary files";
        }
    }

    private static IEnumerable<string> ResourcesOf(V1Container container)
    {
        var (requests, limits) = (container.Resources?.Requests, container.Resources?.Limits);
        if (requests?.ContainsKey("cpu") != true || !requests.ContainsKey("memory"))
        {
            yield return "a request is missing";
        }

        if (limits?.ContainsKey("memory") != true)
        {
            yield return "memory has no limit";
        }
        else if (requests?.TryGetValue("memory", out var request) == true && request.ToDecimal() > limits["memory"].ToDecimal())
        {
            yield return "more memory is asked for than allowed";
        }

        if (limits?.ContainsKey("cpu") == true)
        {
            yield return "a processor's time is limited, so that a busy silo is held back and declared dead";
        }
    }

    private static IEnumerable<string> ProbesOf(V1Container container)
    {
        var (start, ready, live) = (container.StartupProbe, container.ReadinessProbe, container.LivenessProbe);
        if (start is null || ready is null || live is null)
        {
            yield return "a probe is missing";
            yield break;
        }

        if ((start.PeriodSeconds ?? 10) * (start.FailureThreshold ?? 3) < 300)
        {
            yield return "less than five minutes to start: a silo may have to wait so long for a lost cluster's entries to grow old";
        }

        if (live.HttpGet is not null && live.HttpGet.Path != "/healthz")
        {
            yield return "the liveness probe asks for more than this process";
        }

        if (ready.HttpGet is not null && (ready.HttpGet.Path != "/readyz" || start.HttpGet?.Path != "/readyz"))
        {
            yield return "readiness does not ask whether the silo takes part in the cluster";
        }

        foreach (var port in new[] { start, ready, live }.Select(probe => probe.HttpGet?.Port?.Value).OfType<string>().Distinct())
        {
            if (container.Ports?.Any(one => one.Name == port) != true)
            {
                yield return $"a probe asks at the port {port}, which there is not";
            }
        }
    }
}
