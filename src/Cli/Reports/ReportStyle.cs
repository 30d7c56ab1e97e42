namespace Assize.Cli.Reports;

/// <summary>How the page looks: light and dark, narrow and wide, on screen and on paper.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--back:#fbfbf9;--card:#fff;--ink:#1d2129;--soft:#5a6270;--line:#d9dce1;--grid:#e8eaee;--b:#0b66a8;--a:#b3500f;--open:#6b7280;--tie:#c9ced6;--swap:#e6e2d3;--stripe:#8a8470;--on:#fff;--warn:#fff3d6;--warn-line:#b7791f;--code:#f0f1f4}
        @media (prefers-color-scheme:dark){:root{--back:#14171c;--card:#1c2027;--ink:#e8eaee;--soft:#a5adba;--line:#363c47;--grid:#2a2f38;--b:#6bb6f0;--a:#f0a060;--open:#9aa2af;--tie:#4a515d;--swap:#38352b;--stripe:#a49d84;--on:#10141a;--warn:#3a2f14;--warn-line:#d9a441;--code:#262b34}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
        main{max-width:72rem;margin:0 auto;padding:1.5rem 1rem 4rem}
        h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}
        h2{font-size:1.2rem;margin:2.5rem 0 .75rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
        p{margin:.5rem 0;max-width:60rem}
        small,.soft{color:var(--soft);font-weight:400}
        .facts{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin:.75rem 0 0;padding:0;list-style:none;color:var(--soft);font-size:.9rem}
        .facts b{color:var(--ink);font-weight:600}
        .banner{margin:1rem 0;padding:.75rem 1rem;border:2px solid var(--warn-line);border-radius:.5rem;background:var(--warn);font-weight:600;max-width:none}
        .verdicts{list-style:none;margin:0;padding:0;display:grid;gap:.5rem}
        .verdicts li{background:var(--card);border:1px solid var(--line);border-left:.35rem solid var(--open);border-radius:.4rem;padding:.6rem .8rem;display:flex;gap:.8rem;align-items:baseline}
        .verdicts li.BetterB{border-left-color:var(--b)}.verdicts li.BetterA{border-left-color:var(--a)}.verdicts li.Unknown{border-left-style:dashed}
        .verdicts .word{flex:none;width:4.6rem;font-size:.72rem;letter-spacing:.05em;text-transform:uppercase;color:var(--soft)}
        .plots{display:grid;gap:1rem;margin-bottom:1rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,31rem),1fr));align-items:start}
        figure.plot{margin:0;padding:.8rem .9rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem;min-width:0}
        figcaption{font-weight:600;margin-bottom:.4rem}figcaption small{display:block}
        .row{display:grid;grid-template-columns:minmax(5rem,9rem) minmax(6rem,1fr) minmax(7rem,11.5rem);gap:.6rem;align-items:center;font-size:.85rem;line-height:1.25}
        .row .figure{font-variant-numeric:tabular-nums;color:var(--soft)}
        .row.whole{font-weight:600}.row.whole .figure{color:var(--ink)}
        .row svg{width:100%;display:block;overflow:visible}
        svg .tick{stroke:var(--grid)}svg .neutral{stroke:var(--soft);stroke-dasharray:3 2}
        svg .whisker{stroke:var(--b);stroke-width:2}svg .dot{fill:var(--b);stroke:var(--b);stroke-width:2}svg .tip{fill:var(--b)}svg.arrow,svg .arrow{overflow:visible}
        svg .whisker.down{stroke:var(--a)}svg .dot.down{fill:var(--a);stroke:var(--a)}svg .tip.down{fill:var(--a)}
        svg .whisker.open{stroke:var(--open)}svg .dot.open{fill:var(--card);stroke:var(--open)}svg .tip.open{fill:var(--open)}
        .axis text{fill:var(--soft);font-size:11px;text-anchor:middle}
        svg.bar{width:100%;display:block}svg.bar text{font-size:13px;font-weight:600;text-anchor:middle;fill:var(--ink)}
        svg .a{fill:var(--a)}svg .b{fill:var(--b)}svg .tie{fill:var(--tie)}svg pattern .swap{fill:var(--swap)}svg .stripe{fill:var(--stripe)}
        svg.bar .on-a,svg.bar .on-b{fill:var(--on)}svg.bar .on-swap{paint-order:stroke;stroke:var(--card);stroke-width:4px}
        .legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:.4rem 0 0;padding:0;font-size:.85rem}
        .key{display:inline-block;width:.8rem;height:.8rem;margin-right:.4rem;border-radius:2px;vertical-align:-1px}
        .key.a{background:var(--a)}.key.b{background:var(--b)}.key.tie{background:var(--tie)}.key.swap{background:repeating-linear-gradient(45deg,var(--stripe) 0 2px,var(--swap) 2px 5px)}
        .scroll{overflow-x:auto;border:1px solid var(--line);border-radius:.5rem;background:var(--card);margin:.5rem 0}
        .scroll:focus-visible,summary:focus-visible{outline:2px solid var(--b);outline-offset:2px}
        table{border-collapse:collapse;width:100%;font-size:.85rem;line-height:1.35}
        caption{text-align:left;padding:.6rem .8rem;color:var(--soft)}caption span{display:block;position:sticky;left:.8rem;width:fit-content;max-width:min(64rem,calc(100vw - 4.5rem))}
        th,td{padding:.4rem .8rem;text-align:left;vertical-align:top;border-top:1px solid var(--line);overflow-wrap:break-word}
        td,tbody th{min-width:9rem;max-width:22rem}
        thead th{color:var(--soft);font-weight:600;white-space:nowrap}
        tbody th{font-weight:500}
        td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;min-width:0}th.n{text-align:right}
        tr.whole>*{font-weight:650}
        details{margin:.75rem 0}summary{cursor:pointer;padding:.3rem 0;font-weight:600}
        code{font:.85em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--code);padding:.1em .3em;border-radius:.25rem}
        dl{display:grid;grid-template-columns:minmax(6rem,12rem) minmax(0,1fr);gap:.35rem 1rem;font-size:.9rem}dt{color:var(--soft)}dd{margin:0}
        @media (max-width:34rem){.row{grid-template-columns:minmax(0,1fr) minmax(0,auto);margin-bottom:.5rem}.row .label{grid-row:1;grid-column:1}.row .figure{grid-row:1;grid-column:2;text-align:right;max-width:55vw}.row svg{grid-row:2;grid-column:1/-1}.row.axis{margin-top:-.5rem}.verdicts li{flex-direction:column;gap:0}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}
        @media print{:root{--back:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--grid:#ddd;--b:#0b66a8;--a:#b3500f;--open:#6b7280;--tie:#c9ced6;--swap:#e6e2d3;--stripe:#8a8470;--on:#fff;--warn:#fff;--warn-line:#000;--code:#fff}body{font-size:10pt}main{max-width:none;padding:0}figure.plot,.verdicts li,tr{break-inside:avoid}h2{break-after:avoid}.scroll{overflow:visible;border:0}details::details-content{content-visibility:visible;block-size:auto}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}th,td{padding:.2rem .35rem;white-space:normal!important}table{font-size:8pt}td,tbody th{min-width:0}}
        """;
}
