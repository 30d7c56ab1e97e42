namespace Assize.Deployment.Tests;

/// <summary>The kustomizations that rules hold for: what is meant to be applied, and all optional parts at once.</summary>
internal static class Overlay
{
    public const string Local = "local";
    public const string Azure = "azure";
    public const string Complete = "complete";

    public static TheoryData<string> Names => [Local, Azure, Complete];

    public static string Folder(string name) => name == Complete ? "tests/Deployment.Tests/kustomizations/complete" : $"deploy/k8s/overlays/{name}";
}
