"""Lines between placed panels: out of a row, along a trunk between two layers, into rows that share it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations

from common.schema.documents.layers import Item, Lane, Layers, Port, Segment, arrange
from common.schema.documents.picture import Link, Picture
from common.schema.documents.placement import heights

TRACK, SHOULDER = 11, 26
NEAR = 7
"""Lines of two nets that are nearer than this look like one."""


@dataclass(frozen=True)
class Run:
    """A straight piece of a line."""

    x1: int
    y1: int
    x2: int
    y2: int
    optional: bool = False


@dataclass(frozen=True)
class End:
    """Where a line meets a panel: `outward` is -1 where it comes from the left, 1 from the right."""

    x: int
    y: int
    outward: int
    link: Link | None = None
    """The link that begins here; None at the target."""


@dataclass
class Net:
    """All lines to one panel."""

    target: str
    runs: list[Run] = field(default_factory=list)
    ends: list[End] = field(default_factory=list)


@dataclass(frozen=True)
class Drawing:
    """Where the panels of a picture stand (left top corner), how the lines run, and the size of it all."""

    places: Mapping[str, tuple[int, int]]
    nets: list[Net]
    width: int
    height: int


def draw(picture: Picture) -> Drawing:
    """Lay a picture out; the same for the same picture."""
    layers = arrange(picture)
    return _Router(layers, heights(layers)).drawing()


class _Router:
    def __init__(self, layers: Layers, tops: Mapping[Item, int]) -> None:
        self.layers, self.tops = layers, tops
        self.nets: dict[str, Net] = {}
        self.left: list[int] = []
        """Where each layer begins."""

    def drawing(self) -> Drawing:
        x = 0
        tracks: list[dict[int, int]] = []
        for number, items in enumerate(self.layers.items):
            self.left.append(x)
            x += self._width(items)
            if number < len(self.layers.segments):
                order = self._track_order(self.layers.segments[number])
                tracks.append({place: x + SHOULDER + TRACK * at for at, place in enumerate(order)})
                x += 2 * SHOULDER + TRACK * max(len(order) - 1, 0)
        for number, segments in enumerate(self.layers.segments):
            for place, segment in enumerate(segments):
                self._route(segment, number, tracks[number][place])
        self._pass_lanes()
        places = {
            item: (self.left[number], self.tops[item])
            for number, items in enumerate(self.layers.items)
            for item in items
            if isinstance(item, str)
        }
        height = max((self.tops[name] + self.layers.panels[name].height for name in places), default=0)
        return Drawing(places, list(self.nets.values()), x, max(height, *self.tops.values(), 0))

    def _width(self, items: list[Item]) -> int:
        return max((self.layers.panels[item].width for item in items if isinstance(item, str)), default=0)

    def _y(self, port: Port) -> int:
        return self.tops[port[0]] + port[1]

    # --- Order of the trunks ---------------------------------------------------------------------------

    def _track_order(self, segments: list[Segment]) -> list[int]:
        """Return the segments' places from left to right, so that few lines cross and none overlap."""
        order = sorted(range(len(segments)), key=lambda place: (self._y(segments[place].left[0]), place))
        costs = {
            (one, other): self._cost(segments[one], segments[other])
            for one in order
            for other in order
            if one != other
        }

        def price(places: list[int]) -> int:
            return sum(costs[pair] for pair in combinations(places, 2))

        for _ in order:
            for moved in sorted(order):
                rest = [place for place in order if place != moved]
                tries = [[*rest[:at], moved, *rest[at:]] for at in range(len(order))]
                order = min(order, *tries, key=price)
        return order

    def _cost(self, one: Segment, other: Segment) -> int:
        """Return the crossings of two nets when the trunk of the first stands left of the other's."""
        rights, lefts = ([self._y(port) for port in ports] for ports in (one.right, other.left))
        crossed = sum(self._spans(other, y) for y in rights) + sum(self._spans(one, y) for y in lefts)
        overlaid = sum(abs(a - b) < NEAR for a in rights for b in lefts)
        return crossed + 100 * overlaid

    def _spans(self, segment: Segment, y: int) -> bool:
        heights = [self._y(port) for port in (*segment.left, *segment.right)]
        return min(heights) <= y <= max(heights)

    # --- Lines -----------------------------------------------------------------------------------------

    def _route(self, segment: Segment, number: int, trunk: int) -> None:
        net = self.nets.setdefault(segment.target, Net(segment.target))
        end_of_left = self.left[number] + self._width(self.layers.items[number])
        ys = []
        for ports, outward in ((segment.left, 1), (segment.right, -1)):
            for port in ports:
                item, y, link = port[0], self._y(port), segment.ends.get(port)
                ys.append(y)
                if isinstance(item, Lane):
                    x = end_of_left if outward == 1 else self.left[number + 1]
                else:
                    x = self.left[number + (outward == -1)]
                    x += self.layers.panels[item].body if outward == 1 else 0
                    net.ends.append(End(x, y, outward, link))
                net.runs.append(Run(trunk, y, x, y, optional=link is not None and link.optional))
        if min(ys) != max(ys):
            net.runs.append(Run(trunk, min(ys), trunk, max(ys)))

    def _pass_lanes(self) -> None:
        for number, items in enumerate(self.layers.items):
            for item in items:
                if isinstance(item, Lane):
                    x, y = self.left[number], self.tops[item]
                    self.nets[item.target].runs.append(Run(x, y, x + self._width(items), y))
