using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Assize.Cli.Reports;

/// <summary>Text from elsewhere made harmless in a page, in element content as in attributes.</summary>
internal static class Html
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    // A number and its percent sign stay on one line.
    public static string Text(string text) => Encoder.Encode(Terminal.Clean(text)).Replace(" %", "&#xA0;%", StringComparison.Ordinal);

    public static string Text<T>(T name)
        where T : struct => Text(name.ToString() ?? "");
}
