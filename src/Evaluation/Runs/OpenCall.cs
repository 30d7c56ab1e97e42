using Assize.Evaluation.Models;

namespace Assize.Evaluation.Runs;

/// <summary>A call in flight when its shard was stopped: what was asked for, and by which use. Where whoever waited for it is lost, its completion says what it cost.</summary>
public sealed record OpenCall(CompletionKey Key, ModelName Model, string Payer);
