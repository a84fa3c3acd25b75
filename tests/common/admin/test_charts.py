"""Charts are arithmetic: sizes in per cent, round scales, a table that says the same."""

import pytest

from common.admin.charts import Bar, Column, Segment, Series, bars, scale, stacked


def words(value):
    return f"{value:g}"


def test_columns_are_stacked_in_per_cent_of_a_round_scale():
    chart = stacked(
        "Parties", ["Mon", "Tue"], [Series("Big", 1, [3, 0]), Series("Small", 2, [1, 2])], words=words
    )
    assert chart.columns == [
        Column("Mon", True, [Segment(1, 75.0, "Mon: 3 big"), Segment(2, 25.0, "Mon: 1 small")]),  # noqa: FBT003 -- a positional record
        Column("Tue", True, [Segment(2, 50.0, "Tue: 2 small")]),  # noqa: FBT003 -- a positional record
    ]
    assert chart.ticks == [(0.0, "0"), (25.0, "1"), (50.0, "2"), (75.0, "3"), (100.0, "4")]
    assert (chart.legend, chart.head) == ([(1, "Big"), (2, "Small")], ["Big", "Small"])
    assert (chart.table, chart.is_empty) == ([("Mon", ["3", "1"]), ("Tue", ["0", "2"])], False)


def test_negative_values_are_told_but_not_drawn():
    chart = stacked("Net", ["Mon"], [Series("Net", 1, [-5])], words=words)
    assert (chart.columns[0].segments, chart.table, chart.is_empty) == ([], [("Mon", ["-5"])], True)


def test_many_columns_name_every_other_one():
    labels = [str(day) for day in range(30)]
    chart = stacked("Days", labels, [Series("All", 1, [1] * 30)], words=words)
    assert [column.label for column in chart.columns if column.shown] == labels[::3]


def test_nothing_at_all_is_an_empty_chart():
    assert stacked("Nothing", [], [], words=words).is_empty is True


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        (0, (1, 1)),
        (1, (1, 1)),
        (4, (4, 1)),
        (7, (8, 2)),
        (20, (20, 5)),
        (21, (30, 10)),
        (91_000, (100_000, 50_000)),
    ],
)
def test_scales_are_round(highest, expected):
    assert scale(highest) == expected


def test_bars_share_the_width_of_the_longest_or_of_the_whole():
    assert bars([("a", 4, "4"), ("b", 1, "1")]) == [Bar("a", 100.0, "4"), Bar("b", 25.0, "1")]
    assert bars([("a", 0.5, "50 %"), ("b", 1.5, "150 %")], whole=1) == [
        Bar("a", 50.0, "50 %"),
        Bar("b", 100.0, "150 %"),
    ]
    assert bars([("a", 0, "0"), ("b", -2, "-2")]) == [Bar("a", 0, "0"), Bar("b", 0, "-2")]
    assert bars([]) == []
