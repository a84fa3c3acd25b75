"""Which layer each panel stands in: targets left of those that point at them, no layer much too tall."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt

from common.schema.documents.picture import GAP, Link, Panel

WIDTH_TO_HEIGHT = 1.5
CHANNEL = 90
"""What the lines between two layers need, about."""


def find_ranks(panels: Mapping[str, Panel], links: Sequence[Link]) -> dict[str, int]:
    """Return the layer of each panel, from the left."""
    parents, children = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for link in _without_cycles(panels, links):
        parents[link.source].add(link.target)
        children[link.target].add(link.source)
    linked = [name for name in panels if parents[name] or children[name]]
    limit = _height_limit(panels.values())
    rank: dict[str, int] = {}
    level = 0
    while len(rank) < len(linked):
        ready = [n for n in linked if n not in rank and all(rank.get(p, level) < level for p in parents[n])]
        # Panels that others wait for go first; of the rest, the next layer takes what this one cannot hold.
        ready.sort(key=lambda name: (not children[name], -len(parents[name]), name))
        used = 0
        for name in ready:
            if not used or children[name] or used + panels[name].height <= limit:
                rank[name] = level
                used += panels[name].height + GAP
        level += 1
    for name in sorted(rank, key=lambda name: -rank[name]):
        if not parents[name] and children[name]:
            rank[name] = min(rank[child] for child in children[name]) - 1
    return _with_loners(panels, rank, limit)


def _with_loners(panels: Mapping[str, Panel], rank: dict[str, int], limit: float) -> dict[str, int]:
    """Panels without links fill the layers that have room, then layers of their own."""
    used = [0] * (max(rank.values(), default=-1) + 1)
    for name, level in rank.items():
        used[level] += panels[name].height + GAP
    loners = sorted(set(panels) - set(rank), key=lambda name: (-panels[name].height, name))
    for name in loners:
        roomy = [level for level in range(len(used)) if used[level] + panels[name].height <= limit]
        level = min(roomy, key=lambda level: used[level]) if roomy else len(used)
        used += [0] * (level + 1 - len(used))
        used[level] += panels[name].height + GAP
        rank[name] = level
    return rank


def _height_limit(panels: Iterable[Panel]) -> float:
    sizes = [(panel.width + CHANNEL, panel.height + GAP) for panel in panels]
    area = sum(width * height for width, height in sizes)
    return max(sqrt(area / WIDTH_TO_HEIGHT), *(height for _width, height in sizes), 0)


def _without_cycles(panels: Iterable[str], links: Sequence[Link]) -> list[Link]:
    """Leave out the links that close a circle; they are drawn backwards."""
    targets = defaultdict[str, list[Link]](list)
    for link in links:
        targets[link.source].append(link)
    kept: list[Link] = []
    done: set[str] = set()

    def visit(name: str, path: frozenset[str]) -> None:
        if name in done:
            return
        for link in targets[name]:
            if link.target not in path:
                visit(link.target, path | {link.target})
                kept.append(link)
        done.add(name)

    for name in panels:
        visit(name, frozenset({name}))
    return kept
