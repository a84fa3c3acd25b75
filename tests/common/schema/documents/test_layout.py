"""Diagrams that a person can read: no box covers another, no line runs through a box."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.schema.documents.diagrams import picture_of_house, picture_of_schema
from common.schema.documents.picture import Link, Panel, Picture, Row
from common.schema.documents.reading import read_schemas
from common.schema.documents.routing import Drawing, draw
from common.schema.documents.svg import render
from tests.architecture.house import HOUSE

SCHEMAS = read_schemas(HOUSE.models())
PICTURES = [
    picture_of_house(SCHEMAS, HOUSE),
    *(picture_of_schema(schema, tables) for schema, tables in SCHEMAS.items()),
]
each_picture = pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.title)


def panel(name, rows=1, stub=""):
    return Panel(name, [Row(f"row{number}", "uuid", stub=stub) for number in range(rows)])


def covered(picture: Picture, drawing: Drawing) -> list[str]:
    """Return the pairs of panels of which one covers a part of the other, stubs included."""
    boxes = [(panel, *drawing.places[panel.name]) for panel in picture.panels]
    return [
        f"{one.name} and {other.name}"
        for place, (one, x, y) in enumerate(boxes)
        for other, left, top in boxes[:place]
        if x < left + other.width and left < x + one.width and y < top + other.height and top < y + one.height
    ]


def crossed(picture: Picture, drawing: Drawing) -> list[str]:
    """Return where a line runs through the body of a panel."""
    return [
        f"{net.target} through {panel.name}"
        for net in drawing.nets
        for run in net.runs
        for panel in picture.panels
        for x, y in [drawing.places[panel.name]]
        if max(run.x1, run.x2) > x and min(run.x1, run.x2) < x + panel.body
        if max(run.y1, run.y2) > y and min(run.y1, run.y2) < y + panel.height
    ]


def ends(drawing: Drawing) -> set[tuple[str, int]]:
    return {(end.link.source, end.link.source_row) for net in drawing.nets for end in net.ends if end.link}


@each_picture
def test_house_is_drawn_legibly(picture):
    drawing = draw(picture)
    assert covered(picture, drawing) == []
    assert crossed(picture, drawing) == []
    assert ends(drawing) == {(link.source, link.source_row) for link in picture.links}


@each_picture
def test_drawing_is_the_same_every_time(picture):
    assert render(picture) == render(picture)


@each_picture
def test_svg_holds_every_row_and_grows_with_the_rows_only(picture):
    svg = render(picture)
    texts = {text.strip() for text in ET.fromstring(svg).itertext()}  # noqa: S314 -- written right here
    rows = [row for panel in picture.panels for row in panel.rows]
    assert {row.text for row in rows} | {panel.name for panel in picture.panels} <= texts
    assert len(svg) < 2_500 + 250 * len(rows) + 500 * len(picture.panels)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_picture_is_drawn_legibly(data):
    """Also with circles, and with panels that nothing links."""
    sizes = data.draw(st.lists(st.integers(1, 30), min_size=1, max_size=9))
    panels = [panel(f"p{place}", rows, "x" * (rows % 3)) for place, rows in enumerate(sizes)]
    place = st.integers(0, len(sizes) - 1)
    pairs = data.draw(st.lists(st.tuples(place, place), max_size=14, unique=True))
    links = [
        Link(f"p{source}", number % sizes[source], f"p{target}", optional=bool(number % 2))
        for number, (source, target) in enumerate(pairs)
        if source != target
    ]
    unique = {(link.source, link.source_row): link for link in links}
    picture = Picture("any", "", panels, list(unique.values()))
    drawing = draw(picture)
    assert covered(picture, drawing) == []
    assert crossed(picture, drawing) == []
    assert ends(drawing) == set(unique)


def test_targets_stand_left_of_what_points_at_them():
    links = [Link("child", 1, "parent"), Link("grandchild", 1, "child"), Link("grandchild", 2, "parent")]
    picture = Picture("", "", [panel(name, 3) for name in ("grandchild", "child", "parent")], links)
    left = {name: x for name, (x, _y) in draw(picture).places.items()}
    assert left["parent"] < left["child"] < left["grandchild"]


def test_a_circle_is_drawn_with_one_line_backwards():
    links = [Link("a", 0, "b"), Link("b", 0, "a")]
    drawing = draw(Picture("", "", [panel("a"), panel("b")], links))
    assert sorted(end.outward for net in drawing.nets for end in net.ends) == [-1, -1, 1, 1]


def test_an_empty_picture_is_a_valid_one():
    assert ET.fromstring(render(Picture("none", "", [], []))) is not None  # noqa: S314 -- written right here


def test_names_are_escaped():
    svg = render(Picture("a < b & c", "<>", [Panel("<p>", [Row("&", "<int>", "PK", stub="<s>")])], []))
    assert "<title>a &lt; b &amp; c</title>" in svg
    ET.fromstring(svg)  # noqa: S314 -- written right here


def test_marks_tell_one_from_many_and_may_be_from_must():
    links = [Link("child", 0, "parent", optional=True), Link("child", 1, "parent", single=True)]
    svg = render(Picture("", "", [panel("child", 2), panel("parent")], links))
    assert svg.count('class="w o"') == 1
    assert svg.count("v10") == 2
    assert svg.count("L") >= 1


def test_arrows_carry_their_labels():
    svg = render(Picture("", "", [panel("a"), panel("b")], [Link("a", 0, "b", label="36")], arrows=True))
    assert ">36</text>" in svg
    assert "z" in svg
