using System.Globalization;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using YamlDotNet.Serialization;

namespace Assize.Deployment.Tests;

/// <summary>The documents of a kustomization: typed where they are Kubernetes' own, as trees where an operator brought their kind. A test may spoil its copy.</summary>
internal sealed class Manifests
{
    private static readonly IDeserializer Trees = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();

    private Manifests(string yaml)
    {
        Documents = [.. yaml.Split("\n---\n", StringSplitOptions.RemoveEmptyEntries)];
        Foreign = [.. Documents.Select(Tree).Where(IsForeign)];
        Objects = [.. Documents.Where(document => !IsForeign(Tree(document))).SelectMany(document => KubernetesYaml.LoadAllFromString(document, null, strict: true)).Cast<IKubernetesObject<V1ObjectMeta>>()];
    }

    public IReadOnlyList<string> Documents { get; }

    public List<IKubernetesObject<V1ObjectMeta>> Objects { get; }

    /// <summary>ServiceMonitor, ScaledObject, Certificate and their like.</summary>
    public List<JsonNode> Foreign { get; }

    /// <summary>Everything that runs pods.</summary>
    public IEnumerable<Workload> Workloads =>
        All<V1Deployment>().Select(one => new Workload(one.Metadata.Name, one.Spec.Template))
            .Concat(All<V1StatefulSet>().Select(one => new Workload(one.Metadata.Name, one.Spec.Template)))
            .Concat(All<V1CronJob>().Select(one => new Workload(one.Metadata.Name, one.Spec.JobTemplate.Spec.Template)));

    public V1Deployment Silo => All<V1Deployment>().Single(one => one.Metadata.Name == "assize-silo");

    public V1Deployment Gateway => All<V1Deployment>().Single(one => one.Metadata.Name == "assize-gateway");

    public static Manifests Of(string overlay) => new(Kustomize.Build(Overlay.Folder(overlay)));

    public static Manifests Parsed(string yaml) => new(yaml);

    public static JsonNode Tree(string document) => Node(Trees.Deserialize(document))!;

    public IEnumerable<T> All<T>() => Objects.OfType<T>();

    /// <summary>The settings a container starts with, by their names in the environment: ConfigMaps first, then its own list, as Kubernetes reads them.</summary>
    public Dictionary<string, string> Environment(V1Container container)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in container.EnvFrom ?? [])
        {
            foreach (var (key, value) in All<V1ConfigMap>().Where(map => map.Metadata.Name == source.ConfigMapRef?.Name).SelectMany(map => map.Data))
            {
                settings[key] = value;
            }
        }

        foreach (var variable in container.Env ?? [])
        {
            settings[variable.Name] = variable.Value ?? "";
        }

        return settings;
    }

    private static bool IsForeign(JsonNode document) => ((string)document["apiVersion"]!).Split('/')[0] is "keda.sh" or "monitoring.coreos.com" or "cert-manager.io";

    private static JsonNode? Node(object? value) => value switch
    {
        null => null,
        IDictionary<object, object> map => new JsonObject(map.Select(pair => KeyValuePair.Create(Convert.ToString(pair.Key, CultureInfo.InvariantCulture)!, Node(pair.Value)))),
        IEnumerable<object> list => new JsonArray([.. list.Select(Node)]),
        string text => JsonValue.Create(text),
        bool truth => JsonValue.Create(truth),
        double number => JsonValue.Create(number),
        float number => JsonValue.Create(number),
        _ => JsonValue.Create(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
    };
}

/// <summary>A Deployment, StatefulSet or CronJob, by its name, and the pods it makes.</summary>
internal sealed record Workload(string Name, V1PodTemplateSpec Template)
{
    public V1PodSpec Pod => Template.Spec;

    /// <summary>All containers, sidecars included.</summary>
    public IEnumerable<V1Container> Containers => (Pod.InitContainers ?? []).Concat(Pod.Containers);

    /// <summary>Whether its pods end by themselves: nobody asks them how they are.</summary>
    public bool Ends => Pod.RestartPolicy == "Never";

    /// <summary>Whether it belongs to the cluster.</summary>
    public bool IsAssize => Name is "assize-silo" or "assize-gateway";
}
