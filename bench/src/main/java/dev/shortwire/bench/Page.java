package dev.shortwire.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A report as one HTML page that needs nothing else: no script, no font, no other file. Bars are drawn in SVG; light or
/// dark as the reader has it.
final class Page {
    private static final String STYLE = """
            :root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --paper: #ffffff; --line: #dde2e9;
              --a: #2f6fde; --b: #9aa7b8; --good: #14784a; --bad: #b3321f; --card: #f6f8fa; }
            @media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa6b5; --paper: #12161c;
              --line: #2b333f; --a: #6ea0ff; --b: #5f6d80; --good: #4cc38a; --bad: #ff7f6b; --card: #1a2028; } }
            body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0; }
            main { max-width: 1180px; margin: 0 auto; padding: 24px 20px 64px; }
            h1 { font-size: 1.6rem; margin: 0 0 4px; } h2 { font-size: 1.15rem; margin: 36px 0 8px; }
            p.machine { color: var(--soft); margin: 0 0 16px; }
            p.note { background: var(--card); border-left: 4px solid var(--a); padding: 10px 14px; margin: 10px 0; }
            .scroll { overflow-x: auto; }
            table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums; }
            th, td { padding: 4px 10px; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
            th.t, td.t { text-align: left; white-space: normal; } th { color: var(--soft); font-weight: 600; }
            .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(440px, 1fr)); gap: 20px; }
            figure { margin: 0; background: var(--card); border-radius: 8px; padding: 12px; overflow-x: auto; }
            figcaption { font-weight: 600; margin-bottom: 6px; }
            svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg .s { fill: var(--soft); }
            .yes { color: var(--good); } .no { color: var(--bad); font-weight: 600; }
            """;

    private final Report report;

    Page(Report report) {
        this.report = report;
    }

    String html() {
        StringBuilder html = new StringBuilder(1 << 16);
        html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
                .append(escape("shortwire bench " + report.benchmark())).append("</title>\n<style>\n").append(STYLE)
                .append("</style>\n</head>\n<body>\n<main>\n<h1>")
                .append(escape("shortwire bench " + report.benchmark()))
                .append("</h1>\n<p class=\"machine\">").append(escape(report.description())).append(". ")
                .append(escape(machine())).append(report.quick() ? " A quick run." : "").append("</p>\n");
        report.notes().forEach(note -> html.append("<p class=\"note\">").append(escape(note)).append("</p>\n"));
        html.append("<div class=\"charts\">\n");
        report.charts().forEach(chart -> html.append(new BarDrawing(chart).figure()));
        html.append("</div>\n");
        report.tables().forEach(table -> table(table, html));
        return html.append("</main>\n</body>\n</html>\n").toString();
    }

    private static String machine() {
        Map<String, Object> machine = Machine.describe();
        return String.format(Locale.ROOT, "%s, %s processors, %s, Java %s.", machine.get("processor"),
                machine.get("processors"), machine.get("os"), machine.get("java"));
    }

    private static void table(Table table, StringBuilder html) {
        html.append("<h2>").append(escape(table.title())).append("</h2>\n<div class=\"scroll\"><table>\n<tr>");
        List<List<String>> lines = table.lines();
        for (int column = 0; column < lines.getFirst().size(); column++) {
            html.append(table.isText(column) ? "<th class=\"t\">" : "<th>").append(escape(lines.getFirst().get(column)))
                    .append("</th>");
        }
        html.append("</tr>\n");
        for (List<String> line : lines.subList(1, lines.size())) {
            html.append("<tr>");
            for (int column = 0; column < line.size(); column++) {
                html.append(table.isText(column) ? "<td class=\"t\">" : "<td>")
                        .append(verdicts(escape(line.get(column))))
                        .append("</td>");
            }
            html.append("</tr>\n");
        }
        html.append("</table></div>\n");
    }

    /// Whether a goal is met can be seen from afar.
    private static String verdicts(String cell) {
        return cell.replaceAll(" yes\\b", " <span class=\"yes\">✓ met</span>").replaceAll(" NO\\b",
                " <span class=\"no\">✗ missed</span>");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
