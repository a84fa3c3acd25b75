"""Where the items of each layer stand: near to what they are linked with, in their order, without overlap."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from common.schema.documents.layers import Item, Lane, Layers, stacked

ROUNDS = 24
LANE_WEIGHT, LOOSE_WEIGHT = 4.0, 0.05


@dataclass
class _Block:
    """Neighbours that touch: they move as one."""

    wish: float
    weight: float
    size: int


def heights(layers: Layers) -> dict[Item, int]:
    """Return the top of every item, the highest at 0."""
    tops = {item: top for number in range(len(layers.items)) for item, top in stacked(layers, number).items()}
    for turn in range(ROUNDS):
        numbers = range(len(layers.items))
        for number in numbers if turn % 2 == 0 else reversed(numbers):
            _settle(layers, number, tops)
    _gather_loners(layers, tops)
    highest = min(tops.values(), default=0)
    return {item: round(top - highest) for item, top in tops.items()}


def _gather_loners(layers: Layers, tops: dict[Item, float]) -> None:
    """Put panels without links right below the others of their layer, or into the middle of their own."""
    loners = layers.loners
    linked = [item for item in tops if item not in loners]
    edges = [edge for item in linked for edge in (tops[item], tops[item] + layers.height(item))] or [0]
    centre = (min(edges) + max(edges)) / 2
    for number, items in enumerate(layers.items):
        if set(items) <= loners:
            tops.update({item: top + centre for item, top in stacked(layers, number).items()})
            continue
        for above, item in pairwise(items):
            if item in loners:
                tops[item] = tops[above] + layers.height(above) + layers.gap(above, item)


def _settle(layers: Layers, number: int, tops: dict[Item, float]) -> None:
    """Move the items of a layer to the middle of their neighbours, as far as their order lets them."""
    pulls = defaultdict[Item, list[float]](list)
    for side in (number - 1, number):
        for segment in layers.segments[side] if 0 <= side < len(layers.segments) else ():
            for left, right in segment.joints:
                (item, own), (other, depth) = (right, left) if side < number else (left, right)
                pulls[item].append(tops[other] + depth - own)
    items, offset, offsets = layers.items[number], 0.0, list[float]()
    for place, item in enumerate(items):
        if place:
            offset += layers.height(items[place - 1]) + layers.gap(items[place - 1], item)
        offsets.append(offset)
    blocks: list[_Block] = []
    for item, offset in zip(items, offsets, strict=True):
        wishes = pulls.get(item)
        wish = (sum(wishes) / len(wishes) if wishes else tops[item]) - offset
        weight = (LANE_WEIGHT if isinstance(item, Lane) else 1.0) if wishes else LOOSE_WEIGHT
        blocks.append(_Block(wish, weight, 1))
        while len(blocks) > 1 and blocks[-2].wish > blocks[-1].wish:
            last, before = blocks.pop(), blocks[-1]
            weight = before.weight + last.weight
            before.wish = (before.wish * before.weight + last.wish * last.weight) / weight
            before.weight, before.size = weight, before.size + last.size
    settled = [block.wish for block in blocks for _ in range(block.size)]
    tops.update({item: base + offset for item, base, offset in zip(items, settled, offsets, strict=True)})
