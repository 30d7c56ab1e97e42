using System.Collections.Concurrent;
using System.Collections.Immutable;
using Assize.Evaluation;
using Assize.Evaluation.Budgets;
using Assize.Evaluation.Models;
using Assize.Evaluation.Suites;
using Assize.Grains.Models;

namespace Assize.Grains.Tests;

/// <summary>A model whose answer to each prompt is a function that the test gives; it counts what it is asked.</summary>
internal sealed class ScriptedModel : IModel, IModels
{
    private readonly ConcurrentDictionary<string, int> asked = new();

    /// <summary>The answer to a prompt, by its text and how often it was asked before.</summary>
    public Func<string, int, Attempt> Answer { get; set; } = (_, _) => Says("verdict");

    /// <summary>Holds every call until it is completed; null lets them through.</summary>
    public TaskCompletionSource? Gate { get; set; }

    /// <summary>Holds a call about such a prompt; null holds none.</summary>
    public Func<string, Task>? Hold { get; set; }

    public ModelCard Card { get; } = new() { Name = new("scripted"), Provider = "scripted", Model = "scripted-1", Fingerprint = "f", InputPrice = 1, OutputPrice = 2 };

    public ModelLimits Limits { get; } = new() { Concurrency = 16, MaxAttempts = 3 };

    public Budget? Budget { get; set; }

    public ImmutableArray<IModel> Declared => [this];

    /// <summary>What it was asked, in order.</summary>
    public ConcurrentQueue<Prompt> Prompts { get; } = new();

    public int Calls => asked.Values.Sum();

    public int CallsAbout(string text) => asked.Where(one => one.Key.Contains(text, StringComparison.Ordinal)).Sum(one => one.Value);

    public IModel? Find(ModelName name) => name == Card.Name ? this : null;

    public async Task<Attempt> Ask(Prompt prompt, CancellationToken cancellation)
    {
        var text = string.Join('\n', prompt.Messages.Select(message => message.Content));
        Prompts.Enqueue(prompt);
        var before = asked.AddOrUpdate(text, 1, (_, count) => count + 1) - 1;
        if (Gate is { } gate)
        {
            await gate.Task.WaitAsync(cancellation);
        }

        await (Hold?.Invoke(text) ?? Task.CompletedTask).WaitAsync(cancellation);
        return Answer(text, before);
    }

    /// <summary>Forgets everything, and lets go what a test that failed may have left at its gate.</summary>
    public void Reset()
    {
        asked.Clear();
        Prompts.Clear();
        Gate?.TrySetResult();
        Gate = null;
        Hold = null;
        Answer = (_, _) => Says("an answer");
    }

    public static Attempt Says(string text) => new(new Completion.Replied(text) { FinishReason = "stop", ReportedModel = "scripted-1", Usage = new Usage(10, 5, 20) });

    /// <summary>A verdict of 4 in the form the prompt asks for.</summary>
    public static Attempt Judges(string prompt, int value)
    {
        var form = prompt.TrimEnd().Split('\n')[^1];
        return Says($"It is so.\n{form[..(form.IndexOf(':') + 1)]} quality={value}");
    }
}
