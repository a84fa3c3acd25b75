import random
from collections import Counter
from datetime import UTC, datetime, time, timedelta

from bookings.calendar import SlotCalendar
from bookings.demo.cast import STATIONS
from bookings.demo.plan import AHEAD, DAYS, HOLDS, OPEN, PAST, SEED, Party, Planner, draw_people
from bookings.requests import MenuChoice

NOW = datetime(2026, 5, 1, 19, tzinfo=UTC)
CALENDAR = SlotCalendar(
    zone="America/Los_Angeles",
    is_active=True,
    slots=(time(12), time(18)),
    hours=(None, *((time(11), time(22)),) * 6),
    blackout_dates=frozenset(),
    public_lead=timedelta(hours=72),
    staff_lead=timedelta(hours=24),
)


def drawn(seed=SEED, at=NOW) -> list[Party]:
    dice = random.Random(seed)
    people = draw_people(dice, tuple(station.customer_zips for station in STATIONS))
    return Planner(dice, people, [(CALENDAR, 2), (CALENDAR, 1), (CALENDAR, 3)], at).parties()


def test_equal_seeds_draw_equal_demos() -> None:
    assert drawn() == drawn()
    assert drawn() != drawn(seed=1)


def test_every_state_is_there_about_200_times() -> None:
    fates = Counter(party.fate for party in drawn())
    assert fates == Counter(PAST) + Counter(AHEAD)
    assert sum(fates[fate] for fate in fates if fate not in HOLDS) == 200


def test_parties_lie_within_60_days_and_keep_the_rules() -> None:
    parties = drawn()
    assert [party.booked_at for party in parties] == sorted(party.booked_at for party in parties)
    for party in parties:
        assert abs(party.date - CALENDAR.today(NOW)) <= timedelta(days=DAYS)
        assert (party.starts_at > NOW) is (party.fate in AHEAD and party.starts_at > NOW)
        assert party.starts_at - party.booked_at >= timedelta(hours=72)
        assert party.booked_at < NOW
        assert CALENDAR.closed_reason(party.date, party.slot) is None
        proteins = sum(party.menu.proteins.values())
        assert party.menu == MenuChoice() or proteins == 2 * (party.adults + party.kids) + party.toddlers


def test_what_waits_for_money_was_booked_today() -> None:
    for party in drawn():
        if party.fate in OPEN | HOLDS:
            assert NOW - party.booked_at <= timedelta(hours=10)


def test_no_slot_gets_more_than_its_lanes() -> None:
    taken = Counter((party.person.station, party.date, party.slot) for party in drawn())
    lanes = (2, 1, 3)
    assert all(count <= lanes[station] for (station, _day, _slot), count in taken.items())


def test_nobody_owns_the_contacts() -> None:
    people = {party.person for party in drawn()}
    assert len({person.email for person in people}) == len(people) <= 60
    assert all(person.email.endswith("@example.com") for person in people)
    assert all(person.phone[5:10] == "55501" for person in people)
