namespace SleapNn.Reports;

/// <summary>The look of reports.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root { color-scheme: light; }
        * { box-sizing: border-box; }
        body { margin: 0; background: #f3f4f6; color: #1f2937; font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
        main { max-width: 1120px; margin: 0 auto; padding: 28px 20px 40px; }
        h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
        h2 { font-size: 18px; margin: 32px 0 8px; }
        header p { margin: 0 0 8px; color: #4b5563; }
        .note { background: #fef3c7; border-left: 4px solid #d97706; color: #78350f; padding: 8px 12px; border-radius: 4px; overflow-wrap: anywhere; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 12px; margin: 20px 0; }
        .tile { background: #fff; border: 1px solid #e5e7eb; border-radius: 8px; padding: 12px 14px; display: flex; flex-direction: column; }
        .tile span { color: #4b5563; font-size: 13px; }
        .tile strong { font-size: 26px; line-height: 1.25; font-variant-numeric: tabular-nums; }
        .tile small { color: #6b7280; font-size: 12.5px; }
        .plots, .frames { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 440px), 1fr)); gap: 14px; align-items: start; }
        .frames { grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr)); }
        figure { margin: 0; background: #fff; border: 1px solid #e5e7eb; border-radius: 8px; padding: 8px; }
        figure svg, figure img { display: block; width: 100%; height: auto; border-radius: 4px; }
        figcaption { font-size: 13px; color: #4b5563; padding-top: 6px; overflow-wrap: anywhere; }
        figcaption b { color: #1f2937; margin-right: 6px; }
        .key { color: #4b5563; font-size: 13px; margin: 0 0 10px; }
        .key i { display: inline-block; width: 12px; height: 12px; border-radius: 6px; margin: 0 5px 0 12px; vertical-align: -1px; border: 1px solid #9ca3af; }
        .key i:first-child { margin-left: 0; }
        .wide { overflow-x: auto; background: #fff; border: 1px solid #e5e7eb; border-radius: 8px; }
        table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
        th, td { text-align: right; padding: 6px 12px; border-top: 1px solid #f3f4f6; white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; }
        th { color: #4b5563; font-weight: 600; border-top: 0; background: #f9fafb; }
        footer { color: #6b7280; font-size: 12.5px; margin-top: 28px; overflow-wrap: anywhere; }
        @media print { body { background: #fff; } figure, .tile, .wide { break-inside: avoid; } }

        """;
}
