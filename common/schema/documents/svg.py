"""A laid-out picture as SVG: legible in any browser, and small in a diff."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from common.schema.documents.picture import HEADER, NAME_AT, ROW, STUB_GAP, Panel, Picture, Row, stub_width
from common.schema.documents.routing import SHOULDER, Drawing, End, Net, draw

MARGIN, TOP, FOOT = 28, 64, 10
COLOURS = (
    *("#1b6ca8", "#c2571a", "#2e7d32", "#8e3fa0", "#a67c00", "#c2185b"),
    *("#d32f2f", "#6d4c41", "#00838f", "#7a8b00", "#5e57c8", "#455a64"),
)

STYLE = """
text{font:12px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#1d2733}
.h{font-size:20px;font-weight:bold}.l{fill:#5b6774}.c{fill:#cfdbe6;font-size:12px;font-weight:normal}
.b{fill:#fff;stroke:#7b8a99}.d{fill:#2e4a62}.n{fill:#fff;font-size:13px;font-weight:bold}
.k{fill:#a33c1f;font-size:10px;font-weight:bold}.t{fill:#5b6774}
.w{fill:none;stroke-width:1.4}.o{stroke-dasharray:5 3}.g{font-size:11px;font-weight:bold;fill:#3d4c5a}
.s{fill:#eef2f6;stroke:#a9b6c2}.r{fill:#3d4c5a;font-size:10px}.a{fill:none;stroke:#6b7987}
""".strip()


def render(picture: Picture) -> str:
    """Return the picture as an SVG document."""
    drawing = draw(picture)
    least = round(7.3 * max(len(picture.legend), 10))
    width = max(drawing.width, least) + 2 * MARGIN
    height = drawing.height + TOP + MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"',
        f'  viewBox="0 0 {width} {height}">',
        f"<title>{escape(picture.title)}</title>",
        f"<style>{STYLE}</style>",
        '<rect width="100%" height="100%" fill="#fbfcfd"/>',
        f'<text class="h" x="{MARGIN}" y="30">{escape(picture.title)}</text>',
        f'<text class="l" x="{MARGIN}" y="50">{escape(picture.legend)}</text>',
        f'<g transform="translate({MARGIN} {TOP})">',
        *_nets(drawing, arrows=picture.arrows),
    ]
    for panel in picture.panels:
        lines += _panel(panel, *drawing.places[panel.name])
    return "\n".join([*lines, "</g>", "</svg>", ""])


def _nets(drawing: Drawing, *, arrows: bool) -> Iterator[str]:
    for number, net in enumerate(sorted(drawing.nets, key=lambda net: net.target)):
        colour = COLOURS[number % len(COLOURS)]
        yield f'<g stroke="{colour}"><title>{escape(net.target)}</title>'
        yield from _lines(net)
        if arrows:
            yield from (_arrow(end, colour) for end in net.ends if end.link is None)
        else:
            yield from map(_mark, net.ends)
        yield "</g>"
        for end in net.ends:
            if end.link and end.link.label:
                x = end.x + (SHOULDER - 4) * end.outward
                yield f'<text class="g" x="{x}" y="{end.y - 4}">{escape(end.link.label)}</text>'


def _lines(net: Net) -> Iterator[str]:
    for optional in (False, True):
        runs = [run for run in net.runs if run.optional is optional]
        if runs:
            path = "".join(
                f"M{run.x1} {run.y1}" + (f"H{run.x2}" if run.y1 == run.y2 else f"V{run.y2}") for run in runs
            )
            yield f'<path class="w{" o" if optional else ""}" d="{path}"/>'


def _mark(end: End) -> str:
    """Return the mark of an entity diagram: a crow's foot for many, a bar for one."""
    if end.link is None or end.link.single:
        return f'<path class="w" d="M{end.x + 6 * end.outward} {end.y - 5}v10"/>'
    return f'<path class="w" d="{crows_foot(end.x, end.y, end.outward)}"/>'


def crows_foot(x: int, y: int, outward: int) -> str:
    return f"M{x} {y - 5}L{x + FOOT * outward} {y}L{x} {y + 5}"


def _arrow(end: End, colour: str) -> str:
    x, y, back = end.x, end.y, 9 * end.outward
    return f'<path fill="{colour}" d="M{x} {y}l{back} -4v8z"/>'


def _panel(panel: Panel, x: int, y: int) -> Iterator[str]:
    yield f'<g transform="translate({x} {y})">'
    yield f'<rect class="b" width="{panel.body}" height="{panel.height}" rx="4"/>'
    yield f'<path class="d" d="M0 {HEADER}V4a4 4 0 0 1 4-4H{panel.body - 4}a4 4 0 0 1 4 4V{HEADER}z"/>'
    caption = f'<tspan class="c" dx="10">{escape(panel.caption)}</tspan>' if panel.caption else ""
    yield f'<text class="n" x="8" y="18">{escape(panel.name)}{caption}</text>'
    yield f'<text y="{HEADER}">'
    for row in panel.rows:
        yield _row(row, panel)
    yield "</text>"
    for number, row in enumerate(panel.rows):
        if row.stub:
            yield from _stub(row, panel.body, panel.row_at(number))
    yield "</g>"


def _row(row: Row, panel: Panel) -> str:
    marker = f'<tspan class="k" x="8" dy="{ROW}">{escape(row.marker)}</tspan>' if row.marker else ""
    down = "" if row.marker else f' dy="{ROW}"'
    detail = f'<tspan class="t" x="{panel.detail_at}">{escape(row.detail)}</tspan>' if row.detail else ""
    return f'{marker}<tspan x="{NAME_AT}"{down}>{escape(row.text)}</tspan>{detail}'


def _stub(row: Row, body: int, y: int) -> Iterator[str]:
    """Yield a key that leaves the picture: a short line to a small box with the name of its target."""
    x = body + STUB_GAP
    begin = f"M{body + 6} {y - 5}v10" if row.single else crows_foot(body, y, 1)
    dashed = " o" if row.optional else ""
    yield f'<path class="a" d="{begin}"/><path class="a{dashed}" d="M{body} {y}H{x}"/>'
    yield f'<rect class="s" x="{x}" y="{y - 7}" width="{stub_width(len(row.stub))}" height="14" rx="7"/>'
    yield f'<text class="r" x="{x + 7}" y="{y + 4}">{escape(row.stub)}</text>'
