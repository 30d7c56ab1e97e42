using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Assize.Cli.Reports;

/// <summary>
/// A piece of a page, written as an interpolated string: what stands in the source is markup, and what fills a hole is text and is
/// encoded, so that forgetting to encode is not possible.
/// </summary>
[InterpolatedStringHandler]
internal sealed class Html
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _markup;

    public Html(int literalLength, int formattedCount) => _markup = new StringBuilder(literalLength + (formattedCount * 16));

    public static Html Empty => new(0, 0);

    public void AppendLiteral(string markup) => _markup.Append(markup);

    public void AppendFormatted(string? text) => _markup.Append(Encoder.Encode(Legible.Of(text).Replace(" %", "\u00a0%", StringComparison.Ordinal)));

    public void AppendFormatted(long number) => _markup.Append(CultureInfo.InvariantCulture, $"{number}");

    public void AppendFormatted(Html piece) => _markup.Append(piece._markup);

    public void AppendFormatted(IEnumerable<Html> pieces)
    {
        foreach (var piece in pieces)
        {
            _markup.Append(piece._markup);
        }
    }

    public override string ToString() => _markup.ToString();
}
