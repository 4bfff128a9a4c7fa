#!/usr/bin/env python3
"""Makes tables and the chart of what is recorded in bench/results.json.

Usage: benches/figures.py [--check]

Tables go into README.md and docs/architecture.md, where there is a place for them: between `<!-- figures: NAME -->` and
`<!-- end of figures -->`. The chart is docs/build-cost.svg. With --check nothing is written, and what is not as it should be is an error.
"""

import re
import sys

from build_cost import load_results
from generated_cost import ROOT

CHART = ROOT / "docs/build-cost.svg"
NOTHING = "–"


def number(value, digits=0):
    return NOTHING if value is None else f"{value:,.{digits}f}"


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def found(values, *keys):
    """What is at the end of these keys, if it is there."""
    for key in keys:
        values = values.get(key) if isinstance(values, dict) else None
    return values


def title(results, program, name):
    version = found(results, "build", program, "version")
    return f"{name} {version.split()[0]}" if version else name


BUILD_ROWS = [
    ("crates, with those that only build", lambda build: number(build.get("crates"))),
    ("`cargo check`, CPU seconds", lambda build: number(found(build, "check", "seconds"))),
    ("`cargo build`, CPU seconds", lambda build: number(found(build, "dev", "seconds"))),
    ("… again, after a change, CPU seconds", lambda build: number(found(build, "rebuild", "seconds"), 1)),
    ("`cargo build --release`, CPU seconds", lambda build: number(found(build, "release", "seconds"))),
    ("… memory of the largest rustc, MiB", lambda build: number(found(build, "release", "mebibytes"))),
    ("… stripped, kB", lambda build: kilobytes(found(build, "release", "bytes"))),
    ("for size: `opt-level = \"z\"`, LTO, CPU seconds", lambda build: number(found(build, "small", "seconds"))),
    ("… stripped, kB", lambda build: kilobytes(found(build, "small", "bytes"))),
    ("measured on, at a load of", lambda build: f"{found(build, 'release', 'date') or NOTHING}, {loads(build)}"),
]


def kilobytes(count):
    return number(count and count / 1000)


def loads(build):
    """The lowest and the highest load at which a program was built."""
    found_loads = [value["load"] for value in build.values() if isinstance(value, dict)]
    return f"{min(found_loads):.0f} to {max(found_loads):.0f}" if found_loads else NOTHING


def build_table(results):
    programs = {
        "shapewire": "shapewire, all of IAM",
        "shapewire-native-tls": "… with the system's TLS",
        "shapewire-five": "shapewire, five operations",
        "shapewire-types": "shapewire, no client",
        "aws-sdk-iam": title(results, "aws-sdk-iam", "aws-sdk-iam"),
    }
    # What is not measured has no column.
    builds = {name: build for program, name in programs.items() if (build := found(results, "build", program))}
    return table(["", *builds], [[name, *map(cell, builds.values())] for name, cell in BUILD_ROWS])


CONTENDERS = [
    "shapewire",
    "quick-xml, events",
    "quick-xml, serde",
    "shapewire, client",
    "aws-sdk-iam, client",
    "botocore",
]


def duration(nanoseconds):
    for limit, divisor, unit in ((1e3, 1, "ns"), (1e6, 1e3, "µs"), (1e9, 1e6, "ms")):
        if nanoseconds < limit:
            return f"{nanoseconds / divisor:.3g} {unit}"
    return f"{nanoseconds / 1e9:.3g} s"


def spread(quartiles, show):
    low, median, high = map(show, quartiles)
    return f"{median} ({low} to {high})" if low != high else median


def calls_table(results):
    rows = []
    for name, case in (found(results, "calls", "cases") or {}).items():
        present = [contender for contender in CONTENDERS if contender in case["contenders"]]
        for contender in present:
            measured = case["contenders"][contender]
            rate = case["bytes"] / measured["nanoseconds"][1] * 1e3
            rows.append([
                f"{name}, {number(case['bytes'])} bytes" if contender == present[0] else "",
                contender,
                spread(measured["nanoseconds"], duration),
                spread(measured["ratio"], lambda ratio: f"{ratio:.3g}"),
                NOTHING if case["bytes"] < 10_000 else number(rate),
                number(measured.get("allocations")),
                kilobytes(measured.get("peak_bytes")),
            ])
    head = ["what", "by", "median (quartiles)", "ratio to shapewire", "MB/s", "allocations", "peak, kB"]
    return table(head, rows)


def measured_call(results, contender):
    return found(results, "calls", "cases", "CreateServiceSpecificCredential", "contenders", contender) or {}


PANELS = [
    ("CPU seconds of a release build", lambda build, _: found(build, "release", "seconds"), number),
    ("MiB of the largest rustc", lambda build, _: found(build, "release", "mebibytes"), number),
    ("kB of the stripped program", lambda build, _: kilobyte_value(found(build, "release", "bytes")), number),
    ("µs of one call, without the network", lambda _, call: microseconds(call), lambda value: number(value, 1)),
]
BARS = [
    ("aws-sdk-iam", "aws-sdk-iam", "aws-sdk-iam, client", "peer"),
    ("shapewire", "shapewire", "shapewire, client", "ours"),
    ("five operations", "shapewire-five", None, "part"),
]


def kilobyte_value(count):
    return count and count / 1000


def microseconds(call):
    return call["nanoseconds"][1] / 1000 if call.get("nanoseconds") else None


STYLE = """
text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.value { font-variant-numeric: tabular-nums }
.peer { fill: #8c959f } .ours { fill: #0969da } .part { fill: #54aeff }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.peer { fill: #6e7681 } .ours { fill: #4493f8 } .part { fill: #1f6feb }
}"""


def chart(results):
    """Four panels of bars, two by two; in each the longest bar is as wide as there is room."""
    label, room, height, gap = 110, 200, 18, 8
    panel_width, panel_height = 400, 120
    parts = []
    for place, (heading, value_of, show) in enumerate(PANELS):
        left, top = place % 2 * panel_width, place // 2 * panel_height
        parts.append(f'<text class="title" x="{left + 10}" y="{top + 22}">{heading}</text>')
        bars = []
        for name, program, contender, style in BARS:
            call = measured_call(results, contender) if contender else {}
            value = value_of(found(results, "build", program) or {}, call)
            if value is not None:
                bars.append((name, value, style))
        longest = max((value for _, value, _ in bars), default=1)
        for row, (name, value, style) in enumerate(bars):
            y, width = top + 32 + row * (height + gap), max(value / longest * room, 1)
            parts.append(f'<text x="{left + label}" y="{y + 13}" text-anchor="end">{name}</text>')
            parts.append(f'<rect class="{style}" x="{left + label + 8}" y="{y}" width="{width:.1f}" height="{height}" rx="2"/>')
            shown = f'x="{left + label + width + 14:.1f}" y="{y + 13}"'
            parts.append(f'<text class="value" {shown}>{show(value)}</text>')
    width, height = 2 * panel_width, 2 * panel_height
    described = "What building and calling costs, with shapewire and with aws-sdk-iam"
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{described}">',
        f"<style>{STYLE}\n</style>",
        *parts,
        "</svg>\n",
    ])


TABLES = {
    "README.md": {"build": build_table},
    "docs/architecture.md": {"calls": calls_table},
}


def with_tables(text, tables, results):
    for name, make in tables.items():
        between = re.compile(rf"(<!-- figures: {name} -->\n).*?(\n<!-- end of figures -->)", re.DOTALL)
        text = between.sub(lambda match, make=make: match[1] + make(results) + match[2], text)
    return text


def main():
    results = load_results()
    made = {CHART: chart(results)}
    for name, tables in TABLES.items():
        made[ROOT / name] = with_tables((ROOT / name).read_text(), tables, results)
    stale = [path for path, text in made.items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv[1:]:
        sys.exit(f"not as benches/figures.py makes it: {', '.join(map(str, stale))}" if stale else 0)
    for path in stale:
        path.write_text(made[path])


if __name__ == "__main__":
    main()
