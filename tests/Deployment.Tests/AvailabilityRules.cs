using System.Globalization;
using k8s.Models;

namespace Assize.Deployment.Tests;

/// <summary>What keeps the cluster at work while pods come and go. Each rule lists what breaks it.</summary>
internal static class AvailabilityRules
{
    /// <summary>What a process needs beyond its time limit to be ended.</summary>
    private const int SecondsToEnd = 10;

    /// <summary>A pod is not killed before the program itself gives up waiting for what is in flight.</summary>
    public static IEnumerable<string> Grace(Manifests manifests)
    {
        foreach (var deployment in manifests.All<V1Deployment>())
        {
            var pod = deployment.Spec.Template.Spec;
            var container = pod.Containers.Single();
            if (!manifests.Environment(container).TryGetValue("Shutdown__Timeout", out var timeout))
            {
                yield return $"{deployment.Metadata.Name} does not say how long it may take to stop";
                continue;
            }

            if (container.Lifecycle?.PreStop?.Sleep?.Seconds is not { } sleep)
            {
                yield return $"{deployment.Metadata.Name} is stopped before anybody has heard of it";
                continue;
            }

            var needed = sleep + TimeSpan.Parse(timeout, CultureInfo.InvariantCulture).TotalSeconds + SecondsToEnd;
            if ((pod.TerminationGracePeriodSeconds ?? 30) < needed)
            {
                yield return $"{deployment.Metadata.Name} is killed after {pod.TerminationGracePeriodSeconds} s and needs {needed} s";
            }
        }
    }

    /// <summary>One pod at a time may be taken away, and that leaves one at work.</summary>
    public static IEnumerable<string> Budgets(Manifests manifests)
    {
        foreach (var deployment in manifests.All<V1Deployment>())
        {
            var name = deployment.Metadata.Name;
            var budgets = manifests.All<V1PodDisruptionBudget>().Where(budget => Selects(budget.Spec.Selector, deployment.Spec.Template.Metadata.Labels)).ToArray();
            if (budgets.Length != 1)
            {
                yield return $"{name} has {budgets.Length} disruption budgets";
            }
            else if (!int.TryParse(budgets[0].Spec.MaxUnavailable?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var away) || away is < 1)
            {
                yield return $"{name}: the budget lets no machine be emptied, or does not say how many pods may be away";
            }
            else if (Fewest(manifests, deployment) is var fewest && fewest <= away)
            {
                yield return $"{name}: of {fewest} pods {away} may be away";
            }
        }
    }

    /// <summary>A number of replicas has one master.</summary>
    public static IEnumerable<string> Scaling(Manifests manifests)
    {
        foreach (var deployment in manifests.All<V1Deployment>())
        {
            var scaled = Scalers(manifests, deployment.Metadata.Name).ToArray();
            if (scaled.Length > 1)
            {
                yield return $"{deployment.Metadata.Name} is scaled by {scaled.Length} scalers";
            }

            if (scaled.Length > 0 == deployment.Spec.Replicas.HasValue)
            {
                yield return $"{deployment.Metadata.Name} {(scaled.Length > 0 ? "is scaled, and every apply undoes it" : "does not say how many pods it has")}";
            }

            foreach (var (_, least, most) in scaled.Where(one => one.Least >= one.Most))
            {
                yield return $"{deployment.Metadata.Name} is scaled from {least} to {most}";
            }
        }
    }

    /// <summary>A new pod is at work before an old one goes, and pods are spread over machines and zones.</summary>
    public static IEnumerable<string> Rollout(Manifests manifests)
    {
        foreach (var deployment in manifests.All<V1Deployment>())
        {
            var (name, spec) = (deployment.Metadata.Name, deployment.Spec);
            if (spec.Strategy?.RollingUpdate is not { } rolling || rolling.MaxUnavailable?.Value != "0" || rolling.MaxSurge?.Value != "1")
            {
                yield return $"{name} does not replace its pods one by one";
            }

            if (spec.MinReadySeconds is not > 0)
            {
                yield return $"{name} goes on to the next pod before one has shown that it stays";
            }

            var start = spec.Template.Spec.Containers.Single().StartupProbe;
            if ((spec.ProgressDeadlineSeconds ?? 600) < (start.PeriodSeconds * start.FailureThreshold) + spec.MinReadySeconds)
            {
                yield return $"{name}: a rollout is given up before a pod's time to start is over";
            }

            var spread = spec.Template.Spec.TopologySpreadConstraints ?? [];
            foreach (var over in new[] { "topology.kubernetes.io/zone", "kubernetes.io/hostname" })
            {
                if (!spread.Any(one => one.TopologyKey == over && Selects(one.LabelSelector, spec.Template.Metadata.Labels)))
                {
                    yield return $"{name} is not spread over {over}";
                }
            }
        }
    }

    /// <summary>Membership is on the disk before it is answered, never thrown out, and never outgrows its pod.</summary>
    public static IEnumerable<string> Redis(Manifests manifests)
    {
        foreach (var redis in manifests.All<V1StatefulSet>())
        {
            var file = redis.Spec.Template.Spec.Volumes.Select(volume => volume.ConfigMap?.Name).OfType<string>().Single();
            var settings = manifests.All<V1ConfigMap>().Single(map => map.Metadata.Name == file).Data["redis.conf"].Split('\n')
                .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
            foreach (var (key, value) in new Dictionary<string, string> { ["appendonly"] = "yes", ["appendfsync"] = "always", ["maxmemory-policy"] = "noeviction" })
            {
                if (settings.GetValueOrDefault(key) != value)
                {
                    yield return $"{redis.Metadata.Name}: {key} is not {value}";
                }
            }

            var limit = redis.Spec.Template.Spec.Containers.Single().Resources.Limits["memory"].ToDecimal();
            var most = settings.TryGetValue("maxmemory", out var text) ? new ResourceQuantity(text.Replace("mb", "Mi", StringComparison.Ordinal)).ToDecimal() : limit;
            if (most > limit * 3 / 4)
            {
                yield return $"{redis.Metadata.Name}: rewriting the log takes memory of its own, and {most} of {limit} bytes leave too little";
            }

            if (redis.Spec.VolumeClaimTemplates is not { Count: > 0 })
            {
                yield return $"{redis.Metadata.Name} forgets everything with its pod";
            }
        }
    }

    public static bool Selects(V1LabelSelector? selector, IDictionary<string, string> labels) =>
        selector is not null && (selector.MatchLabels ?? new Dictionary<string, string>()).All(pair => labels.TryGetValue(pair.Key, out var value) && value == pair.Value);

    private static int Fewest(Manifests manifests, V1Deployment deployment) =>
        Scalers(manifests, deployment.Metadata.Name).Select(scaler => scaler.Least).DefaultIfEmpty(deployment.Spec.Replicas ?? 1).Min();

    private static IEnumerable<(string Name, int Least, int Most)> Scalers(Manifests manifests, string deployment) =>
        manifests.All<V2HorizontalPodAutoscaler>().Where(one => one.Spec.ScaleTargetRef.Name == deployment).Select(one => (one.Metadata.Name, one.Spec.MinReplicas ?? 1, one.Spec.MaxReplicas))
            .Concat(manifests.Foreign.Where(one => (string?)one["kind"] == "ScaledObject" && (string?)one["spec"]!["scaleTargetRef"]!["name"] == deployment)
                .Select(one => ((string)one["metadata"]!["name"]!, (int)(long)one["spec"]!["minReplicaCount"]!, (int)(long)one["spec"]!["maxReplicaCount"]!)));
}
