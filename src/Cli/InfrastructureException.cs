namespace Assize.Cli;

/// <summary>Something outside the program failed: what, and what to do.</summary>
internal sealed class InfrastructureException(string what, string remedy) : Exception($"{what} {remedy}");
