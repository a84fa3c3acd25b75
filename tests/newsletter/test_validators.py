import pytest

from newsletter.validators import json_object, variables_of


def test_n10_variables_are_named_once_in_their_order():
    assert variables_of("{{b}}, {{ a_1 }} and {{b}}; {not} {{ }} {{1x}} {{a-b}}") == ["b", "a_1"]
    assert variables_of("no variable") == []


@pytest.mark.parametrize("value", [None, {}, "", []])
def test_nothing_is_an_empty_object(value):
    assert json_object(value) == {}


def test_an_object_stays_as_it_is():
    value = {"é": [1, None, r"\u0000 spelled out"]}
    assert json_object(value) == value


@pytest.mark.parametrize(
    "value", [[1], "text", 5, True, {"a": float("nan")}, {"a": float("inf")}, {"a": "\x00"}, {"\ud800": 1}]
)
def test_lists_bare_values_and_what_cannot_be_kept_are_refused(value):
    with pytest.raises(ValueError, match=r"object|cannot be kept"):
        json_object(value)
