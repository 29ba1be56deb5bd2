"""The history as a page to look at, and as data for github-action-benchmark's page."""

import html
import io
import json
import os
import time

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 1180px; padding: 0 1em;
       color: #1c2733; }
h1 { font-size: 1.5em; margin-bottom: 0; } h2 { font-size: 1.15em; margin: 1.6em 0 .5em; }
p.sub { color: #5b6b7b; margin-top: .2em; }
table { border-collapse: collapse; } td, th { padding: .25em .8em .25em 0; text-align: left; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
tr.worse td.share { color: #b3261e; font-weight: 600; }
tr.better td.share { color: #1b7f3b; font-weight: 600; }
code { font-size: .9em; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(350px, 1fr)); gap: 12px; }
figure { margin: 0; border: 1px solid #dde3ea; border-radius: 6px; padding: 8px 10px; }
figcaption { font-size: .92em; } figcaption b { font-weight: 600; } svg { width: 100%; height: auto; }
"""


def number(value):
    return f"{value:,.6g}" if value < 1e6 else f"{value:,.0f}"


def percent(point):
    return "from 0" if point.share == float("inf") else f"{point.share:+.2%}"


def chart(series):
    """Returns a series as inline SVG, its change points marked."""
    import matplotlib
    matplotlib.use("svg")
    import matplotlib.pyplot as plt
    matplotlib.rcParams["svg.hashsalt"] = series.name  # The same page from the same history.
    figure, axes = plt.subplots(figsize=(4.2, 1.7))
    at = list(range(len(series.values)))
    axes.plot(at, series.values, color="#2f6fb5", marker="o", markersize=3.2, linewidth=1.3,
              drawstyle="steps-post" if series.points else "default")
    for point in series.points:
        color = "#b3261e" if point.after > point.before else "#1b7f3b"
        axes.axvline(point.index, color=color, linewidth=1, linestyle="--")
        axes.plot([point.index], [series.values[point.index]], "o", color=color, markersize=6)
        axes.annotate(percent(point), (point.index, series.values[point.index]), color=color,
                      fontsize=8, xytext=(5, 5), textcoords="offset points")
    axes.set_xticks(at)
    axes.set_xticklabels([c.commit[:7] if i % max(1, len(at) // 6) == 0 else ""
                          for i, c in enumerate(series.commits)], fontsize=6.5)
    axes.tick_params(axis="y", labelsize=7)
    axes.ticklabel_format(axis="y", useOffset=False, style="plain")
    axes.margins(x=0.06, y=0.3)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.tight_layout(pad=0.3)
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    plt.close(figure)
    text = drawn.getvalue()
    return text[text.index("<svg"):]


def change_rows(all_series, order):
    """Returns the table's rows, the newest change first."""
    rows = [(order.index(s.commits[p.index].commit), s, p) for s in all_series for p in s.points]
    rows.sort(key=lambda row: (-row[0], row[1].name))
    lines = []
    for _, series, point in rows:
        commit = series.commits[point.index]
        lines.append(
            f'<tr class="{"worse" if point.after > point.before else "better"}">'
            f"<td><code>{commit.commit[:10]}</code></td><td>{html.escape(commit.subject[:70])}</td>"
            f"<td><code>{html.escape(series.name)}</code></td>"
            f'<td class="n">{number(point.before)}</td><td class="n">{number(point.after)}</td>'
            f'<td class="n share">{percent(point)}</td></tr>')
    return "\n".join(lines)


def figure(series):
    caption = (f"<b>{html.escape(series.name)}</b><br>{number(series.values[-1])} "
               f"{html.escape(series.unit)}")
    return f"<figure><figcaption>{caption}</figcaption>{chart(series)}</figure>"


def render(all_series, order):
    moved = [s for s in all_series if len(set(s.values)) > 1]
    still = [s for s in all_series if len(set(s.values)) == 1]
    changes = sum(len(s.points) for s in all_series)
    newest = all_series[0].commits[-1]
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>nvmf: performance history</title><style>{STYLE}</style></head><body>",
        "<h1>Performance history</h1>",
        f'<p class="sub">{len(order)} commits to <code>{newest.commit[:10]}</code> of '
        f"{newest.date[:10]} &middot; {len(all_series)} counts, less is better in all &middot; "
        f"{changes} change points</p>",
        "<h2>Change points</h2>"]
    if changes:
        parts.append("<table><tr><th>commit</th><th></th><th>count</th><th>before</th><th>after</th>"
                     f"<th></th></tr>\n{change_rows(all_series, order)}</table>")
    else:
        parts.append("<p>None.</p>")
    if moved:
        parts += ["<h2>Counts that moved</h2><div class=\"grid\">",
                  *(figure(s) for s in sorted(moved, key=lambda s: (not s.points, s.name))), "</div>"]
    if still:
        rows = "\n".join(f"<tr><td><code>{html.escape(s.name)}</code></td>"
                         f'<td class="n">{number(s.values[-1])}</td><td>{html.escape(s.unit)}</td></tr>'
                         for s in still)
        parts.append(f"<h2>The same on all these commits</h2><table>{rows}</table>")
    return "\n".join(parts) + "</body></html>\n"


def epoch_ms(date):
    import datetime
    return int(datetime.datetime.fromisoformat(date).timestamp() * 1000)


def data_js(all_series, order):
    """Returns the history as github-action-benchmark's window.BENCHMARK_DATA."""
    entries = []
    for key in order:
        benches, commit = [], None
        for series in all_series:
            for at, value in zip(series.commits, series.values):
                if at.commit == key:
                    commit = at
                    benches.append({"name": series.name, "value": value, "unit": series.unit})
        when = epoch_ms(commit.date)
        entries.append({"commit": {"id": key, "message": commit.subject, "timestamp": commit.date,
                                   "url": ""},
                        "date": when, "tool": "customSmallerIsBetter", "benches": benches})
    data = {"lastUpdate": entries[-1]["date"] if entries else int(time.time() * 1000),
            "repoUrl": "", "entries": {"nvmf": entries}}
    return "window.BENCHMARK_DATA = " + json.dumps(data, indent=1) + "\n"


def write(folder, all_series, order):
    os.makedirs(folder, exist_ok=True)
    for name, text in (("index.html", render(all_series, order)),
                       ("data.js", data_js(all_series, order))):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
