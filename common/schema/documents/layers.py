"""Panels in layers from left to right, targets before those that point at them, with few crossings.

A net is all links to one panel: they share a trunk. Where a net passes a layer it gets a lane there, an item
of no height between the panels, so that no line runs through a box.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from common.schema.documents.picture import GAP, Link, Panel, Picture
from common.schema.documents.ranks import find_ranks

LANE_GAP = 14
SWEEPS = 16


@dataclass(frozen=True)
class Lane:
    """The place of a net in a layer that it passes."""

    target: str
    layer: int
    forward: bool


Item = str | Lane
Port = tuple[Item, int]
"""An item and how far below its top the line meets it."""


@dataclass
class Segment:
    """A net between two layers; `ends` are the links that end there, by their port."""

    target: str
    left: list[Port] = field(default_factory=list)
    right: list[Port] = field(default_factory=list)
    ends: dict[Port, Link] = field(default_factory=dict)

    @property
    def joints(self) -> Iterator[tuple[Port, Port]]:
        return ((a, b) for a in self.left for b in self.right)


@dataclass
class Layers:
    """The items of each layer in their order from the top, and the nets between neighbouring layers."""

    panels: Mapping[str, Panel]
    items: list[list[Item]]
    segments: list[list[Segment]]

    def height(self, item: Item) -> int:
        return 0 if isinstance(item, Lane) else self.panels[item].height

    @property
    def loners(self) -> set[Item]:
        """The panels without a link; they stand below the others of their layer."""
        linked = {port[0] for segments in self.segments for s in segments for port in (*s.left, *s.right)}
        return {item for items in self.items for item in items} - linked

    @staticmethod
    def gap(above: Item, below: Item) -> int:
        return LANE_GAP if isinstance(above, Lane) or isinstance(below, Lane) else GAP


def arrange(picture: Picture) -> Layers:
    """Return the layers of a picture; the same for the same picture."""
    panels = {panel.name: panel for panel in picture.panels}
    links = [link for link in picture.links if link.source != link.target]
    rank = picture.layers or find_ranks(panels, links)
    layers = _with_lanes(panels, links, rank)
    _untangle(layers)
    return layers


# --- Lanes -----------------------------------------------------------------------------------------------


def _with_lanes(panels: Mapping[str, Panel], links: Sequence[Link], rank: Mapping[str, int]) -> Layers:
    count = max(rank.values(), default=0) + 1
    items: list[list[Item]] = [[name for name in panels if rank[name] == level] for level in range(count)]
    segments: list[list[Segment]] = [[] for _ in range(count - 1)]
    nets = defaultdict[tuple[str, bool], list[Link]](list)
    for link in links:
        nets[link.target, rank[link.source] > rank[link.target]].append(link)
    for (target, forward), members in nets.items():
        start = rank[target]
        step = 1 if forward else -1
        end = (max if forward else min)(rank[link.source] for link in members)
        near: Port = (target, Panel.row_at(members[0].target_row))
        for level in range(start + step, end + step, step):
            ends: dict[Port, Link] = {
                (link.source, Panel.row_at(link.source_row)): link
                for link in members
                if rank[link.source] == level
            }
            far: list[Port] = list(ends)
            following: Port = (Lane(target, level, forward), 0)
            if level != end:
                items[level].append(following[0])
                far.append(following)
            sides = ([near], far) if forward else (far, [near])
            segments[min(level, level - step)].append(Segment(target, *sides, ends=ends))
            near = following
    return Layers(panels, items, segments)


# --- Order within a layer --------------------------------------------------------------------------------


def _untangle(layers: Layers) -> None:
    """Sort each layer by the middle of its neighbours, to and fro, and keep the best that was seen."""
    best = _copy(layers.items)
    fewest = _crossings(layers)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        numbers = range(len(layers.items)) if forward else range(len(layers.items) - 1, -1, -1)
        for number in numbers:
            _sort_layer(layers, number, both=sweep >= SWEEPS // 2, forward=forward)
        _swap_neighbours(layers)
        if (crossings := _crossings(layers)) < fewest:
            best, fewest = _copy(layers.items), crossings
    layers.items = best


def _copy(items: list[list[Item]]) -> list[list[Item]]:
    return [list(layer) for layer in items]


def stacked(layers: Layers, number: int) -> dict[Item, float]:
    """Return where the items of a layer stand when they are stacked without need for more room."""
    tops: dict[Item, float] = {}
    top = 0.0
    for above, item in zip([None, *layers.items[number]], layers.items[number], strict=False):
        top += 0 if above is None else layers.height(above) + layers.gap(above, item)
        tops[item] = top
    middle = (top + layers.height(item)) / 2 if tops else 0
    return {item: top - middle for item, top in tops.items()}


def _sort_layer(layers: Layers, number: int, *, both: bool, forward: bool) -> None:
    pulls = defaultdict[Item, list[float]](list)
    if number and (both or forward):
        tops = stacked(layers, number - 1)
        for segment in layers.segments[number - 1]:
            for (other, depth), (item, own) in segment.joints:
                pulls[item].append(tops[other] + depth - own)
    if number < len(layers.segments) and (both or not forward):
        tops = stacked(layers, number + 1)
        for segment in layers.segments[number]:
            for (item, own), (other, depth) in segment.joints:
                pulls[item].append(tops[other] + depth - own)
    here, loners = stacked(layers, number), layers.loners

    def middle(item: Item) -> tuple[bool, float]:
        top = sum(pulls[item]) / len(pulls[item]) if item in pulls else here[item]
        return item in loners, top + layers.height(item) / 2

    layers.items[number].sort(key=middle)


def _swap_neighbours(layers: Layers) -> None:
    fewest = _crossings(layers)
    for items in layers.items:
        for place in range(len(items) - 1):
            items[place], items[place + 1] = items[place + 1], items[place]
            if (crossings := _crossings(layers)) < fewest:
                fewest = crossings
            else:
                items[place], items[place + 1] = items[place + 1], items[place]


def _crossings(layers: Layers) -> float:
    """Return how often lines cross, and as a fraction how far they run up and down."""
    count, run = 0, 0.0
    tops = [stacked(layers, number) for number in range(len(layers.items))]
    for segments, (left, right) in zip(layers.segments, pairwise(tops), strict=True):
        lines = [
            (left[a] + depth_a, right[b] + depth_b, segment.target)
            for segment in segments
            for (a, depth_a), (b, depth_b) in segment.joints
        ]
        run += sum(abs(start - end) for start, end, _target in lines)
        count += sum(
            (one[0] - other[0]) * (one[1] - other[1]) < 0 and one[2] != other[2]
            for place, one in enumerate(lines)
            for other in lines[:place]
        )
    return count + run / 100_000
