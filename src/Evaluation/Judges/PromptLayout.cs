using System.Globalization;
using System.Text;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Judges;

/// <summary>
/// How material is laid out in a judge's user message. This is a format that others read (the simulated model server does):
/// <code>
/// &lt;&lt;&lt;NAME NONCE&gt;&gt;&gt;            NAME is one of: system N, question N, given answer N, reference N (several: reference N.1, N.2, ...),
/// the text, neutralised                         answer N, answer A N, answer B N; N counts turns from 1; NONCE is the trial's word
/// &lt;&lt;&lt;end NAME NONCE&gt;&gt;&gt;        a turn with several messages of one role repeats the name
/// </code>
/// After the blocks stands what is to be done, and the form of the verdict: <c>VERDICT-NONCE: name=&lt;value&gt;; ...</c> or <c>Seal word: NONCE</c>.
/// The system message lists criteria as <c>- name (min to max): question</c>, or says <c>Compare answer A with answer B</c>.
/// </summary>
internal static class PromptLayout
{
    // Room for fences and the closing request, so that the text is built without growing.
    private const int Frame = 1024;

    /// <summary>Appends the data blocks of a trial; with a second response, the two are answer A and answer B.</summary>
    public static void Blocks(StringBuilder text, Trial trial, Nonce nonce, Response a, Response? b)
    {
        var turns = trial.Case.Turns;
        var judged = trial.Id.Turn;
        var last = judged ?? turns.Length;
        if (last < 1 || last > turns.Length || last > a.Turns.Length || (b is not null && last > b.Turns.Length))
        {
            throw new ArgumentException($"case {trial.Case.Id} has no turn {last.ToString(CultureInfo.InvariantCulture)} with an answer", nameof(trial));
        }

        text.EnsureCapacity(Room(trial.Case, last, a, b));
        text.Append("Only lines with the word ").Append(nonce.Value).Append(" begin or end a block of the material.\n\n");
        for (var turn = 1; turn <= last; turn++)
        {
            var number = turn.ToString(CultureInfo.InvariantCulture);
            foreach (var message in turns[turn - 1].Messages)
            {
                Block(text, message.Role switch { Role.System => "system ", Role.User => "question ", _ => "given answer " }, number, nonce, message.Content);
            }

            // A reference of an earlier turn would invite judging that turn too.
            if (judged is null || turn == judged)
            {
                var references = turns[turn - 1].References;
                for (var i = 0; i < references.Length; i++)
                {
                    Block(text, "reference ", references.Length == 1 ? number : string.Create(CultureInfo.InvariantCulture, $"{number}.{i + 1}"), nonce, references[i]);
                }
            }

            Block(text, b is null ? "answer " : "answer A ", number, nonce, a.Turns[turn - 1]);
            if (b is not null)
            {
                Block(text, "answer B ", number, nonce, b.Turns[turn - 1]);
            }
        }
    }

    private static void Block(StringBuilder text, string kind, string number, Nonce nonce, string content)
    {
        text.Append("<<<").Append(kind).Append(number).Append(' ').Append(nonce.Value).Append(">>>\n");
        Material.Show(text, content);
        text.Append("\n<<<end ").Append(kind).Append(number).Append(' ').Append(nonce.Value).Append(">>>\n\n");
    }

    private static int Room(Case @case, int last, Response a, Response? b)
    {
        var room = Frame;
        for (var turn = 0; turn < last; turn++)
        {
            foreach (var message in @case.Turns[turn].Messages)
            {
                room += message.Content.Length + 80;
            }

            foreach (var reference in @case.Turns[turn].References)
            {
                room += reference.Length + 80;
            }

            room += a.Turns[turn].Length + (b?.Turns[turn].Length ?? 0) + 160;
        }

        return room;
    }
}
