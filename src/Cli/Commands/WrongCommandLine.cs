using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Assize.Evaluation.Suites;

namespace Assize.Cli.Commands;

/// <summary>What is wrong with a command line, in words that name no type of the program: all of it at once, and what to write instead.</summary>
internal static partial class WrongCommandLine
{
    /// <summary>The lines to tell; null where nothing is wrong, and where the help says it all.</summary>
    public static string[]? Told(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.Errors.Count == 0 || parsed.Action is not ParseErrorAction || (command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count == 0))
        {
            return null;
        }

        // Where a command is not known, that one is missing is the same mistake.
        var errors = command.Subcommands.Count > 0 ? parsed.Errors.Where(error => Unknown().IsMatch(error.Message)) : parsed.Errors;
        return [.. errors.Select(error => Words(error, command)).Distinct()];
    }

    private static string Words(ParseError error, Command command)
    {
        if (Unreadable().Match(error.Message) is { Success: true } unreadable)
        {
            var symbol = (Symbol?)command.Options.FirstOrDefault(option => option.Name == unreadable.Groups[2].Value) ?? command.Arguments.FirstOrDefault(argument => argument.Name == unreadable.Groups[2].Value);
            var type = symbol switch { Option option => option.ValueType, Argument argument => argument.ValueType, _ => typeof(object) };
            return $"{unreadable.Groups[2].Value}: {Spelling.Quote(unreadable.Groups[1].Value)} is not {Kind(type)}.";
        }

        if (Unknown().Match(error.Message) is not { Success: true } unknown)
        {
            return error.Message;
        }

        var word = unknown.Groups[1].Value;
        return word.StartsWith('-') ? $"There is no option {Spelling.Quote(word)} here. {Spelling.Suggest(word, [.. command.Options.Select(option => option.Name)])}"
            : command.Subcommands.Count > 0 ? $"There is no command {Spelling.Quote(word)} here. {Spelling.Suggest(word, [.. command.Subcommands.Select(sub => sub.Name)], "Commands")}"
            : $"{Spelling.Quote(word)} is one word too many. '{command.Name}' takes {(command.Arguments.Count == 0 ? "options alone" : string.Join(" and ", command.Arguments.Select(argument => $"<{argument.Name}>")))}; what holds spaces goes in quotes.";
    }

    private static string Kind(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(plain).Select(name => name.ToLowerInvariant()))}"
            : plain == typeof(int) || plain == typeof(long) ? "a whole number"
            : plain == typeof(bool) ? "true or false"
            : "what is wanted there";
    }

    [GeneratedRegex(@"^Cannot parse argument '(.*)' for \w+ '(.*)' as expected type ", RegexOptions.CultureInvariant)]
    private static partial Regex Unreadable();

    [GeneratedRegex(@"^Unrecognized command or argument '(.*)'\.", RegexOptions.CultureInvariant)]
    private static partial Regex Unknown();
}
