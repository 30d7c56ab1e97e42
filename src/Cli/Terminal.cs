using Assize.Cli.Reports;
using Spectre.Console;

namespace Assize.Cli;

/// <summary>What is shown on a terminal: text from elsewhere must not steer it.</summary>
internal static class Terminal
{
    public static bool Interactive => !Console.IsOutputRedirected && !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("CI") is null;

    /// <summary>A pipe has no width: there a table's cells are not broken, so that programs find a row in a line.</summary>
    public static void Widen()
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 1000;
        }
    }

    /// <summary>Lines of text without what could move the cursor or disguise what is said.</summary>
    public static string Clean(string text) => Legible.Lines(text);
}
