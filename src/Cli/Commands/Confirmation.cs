using Assize.Evaluation;

namespace Assize.Cli.Commands;

/// <summary>Asks before something is deleted for good.</summary>
internal static class Confirmation
{
    /// <exception cref="EvaluationException">There is nobody to ask.</exception>
    public static bool Given(string what)
    {
        if (Console.IsInputRedirected)
        {
            throw new EvaluationException("Nothing was deleted: there is no terminal to ask at. Say --yes to delete without being asked.");
        }

        Console.Error.Write($"Delete {Terminal.Clean(what)} for good? [y/N] ");
        var given = Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
        if (!given)
        {
            Console.Error.WriteLine("Nothing was deleted.");
        }

        return given;
    }
}
