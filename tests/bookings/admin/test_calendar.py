"""The calendar's page: whose station, which days, where its links lead."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bookings.admin.calendar import Span, calendar_url
from bookings.enums import BookingStatus
from common.actors import Actor
from common.admin.site_pages import site_page
from identity.enums import StationStatus, UserRole
from identity.models import Station
from tests.bookings.parties import make_booking, make_chef
from tests.factories.identity import StationFactory, make_staff

pytestmark = pytest.mark.django_db
URL = "/admin/calendar/"


def as_user(user):
    client = Client()
    client.force_login(user, backend="identity.backends.StaffBackend")
    return client


def test_the_week_of_the_station_opens_at_its_own_today(client, world):
    answer = client.get(URL)
    board = answer.context["board"]
    today = datetime.now(ZoneInfo(world.a.station.timezone)).date()
    assert (board.station, board.today, len(board.days)) == (world.a.station, today, 7)
    assert board.start <= today <= board.end
    assert [day.date for day in board.days if day.is_today] == [today]


def test_a_party_links_to_its_page_and_to_the_form_that_moves_it(client, world, booking):
    text = client.get(calendar_url(world.a.station, day=booking.date)).content.decode()
    assert reverse("admin:bookings_booking_change", args=[booking.pk]) in text
    assert (
        reverse("admin:bookings_booking_do", args=[booking.pk, "reschedule"]) + "?back=%2Fadmin%2Fcalendar%2F"
        in text
    )
    assert booking.reference in text
    assert "Caraa A." in text
    assert reverse("admin:bookings_reservationhold_change", args=[world.a.rows["reservationhold"].pk]) in text


def test_p3_no_contact_no_address_and_no_surname_stand_on_the_board(client, world, booking):
    text = client.get(calendar_url(world.a.station, day=booking.date, view="month")).content.decode()
    assert [word for word in ("canary", "+1510", "Alpha Street", "Asideson") if word in text] == []


def test_a_free_lane_leads_to_the_form_that_books_it(client, world, booking):
    page = client.get(calendar_url(world.a.station, day=booking.date))
    link = f"?station={world.a.station.pk}&amp;date={booking.date}&amp;slot=18:00"
    assert link in page.content.decode()
    form = client.get(
        reverse("admin:bookings_booking_add"),
        {"station": str(world.a.station.pk), "date": booking.date.isoformat(), "slot": "18:00"},
    ).context["form"]
    assert (form["date"].value(), form["slot"].value()) == (booking.date.isoformat(), "18:00")
    assert form["station"].value() == str(world.a.station.pk)
    wrong = client.get(
        reverse("admin:bookings_booking_add"),
        {"station": str(world.b.station.pk), "date": "tomorrow", "slot": "25:99"},
    ).context["form"]
    assert [wrong[name].value() for name in ("station", "date", "slot")] == [None, None, None]


def test_r4_a_station_out_of_reach_does_not_exist(client, world):
    assert client.get(URL, {"station": world.b.station.code}).status_code == 404
    text = client.get(URL).content.decode()
    assert [word for word in world.b.words if word in text] == []
    owner = as_user(world.owner)
    assert owner.get(URL, {"station": world.b.station.code}).context["board"].station == world.b.station


def test_r4_who_works_nowhere_has_no_calendar(world):
    idle = make_staff(UserRole.STATION_MANAGER, email="idle@house.example")
    assert as_user(idle).get(URL).status_code == 403
    assert URL not in as_user(idle).get("/admin/").content.decode()


def test_the_sidebar_and_the_stations_page_lead_here(client, world):
    assert f'href="{URL}"' in client.get("/admin/").content.decode()
    page = client.get(reverse("admin:identity_station_change", args=[world.a.station.pk]))
    assert f"{URL}?station={world.a.station.code}&amp;view=week" in page.content.decode()


def test_without_a_station_the_page_says_so(db):
    owner = make_staff(UserRole.SUPER_ADMIN)
    Station.objects.update(status=StationStatus.INACTIVE)
    answer = as_user(owner).get(URL)
    assert "No station is linked to your account" in answer.content.decode()


def test_closed_stations_come_last_and_only_when_asked_for(client, world):
    closed = StationFactory(code="AA-CLOSED-001", status=StationStatus.INACTIVE)
    owner = as_user(world.owner)
    first = owner.get(URL).context
    assert first["board"].station == world.a.station
    assert closed not in first["stations"]
    asked = owner.get(URL, {"station": closed.code}).context
    assert (asked["board"].station, closed in asked["stations"], asked["share"]) == (closed, True, "-")


@pytest.mark.parametrize("text", ["", "nonsense", "2026-13-01", "9999-12-31", "0001-01-01"])
def test_a_wrong_date_is_no_error(client, text):
    for view in ("week", "month", "year"):
        assert client.get(URL, {"date": text, "view": view}).status_code == 200


@pytest.mark.parametrize(
    ("view", "day", "expected"),
    [
        ("week", date(2026, 6, 6), (date(2026, 6, 1), date(2026, 6, 7), "1 to 7 June 2026")),
        ("week", date(2026, 7, 1), (date(2026, 6, 29), date(2026, 7, 5), "29 June to 5 July 2026")),
        ("month", date(2026, 6, 30), (date(2026, 6, 1), date(2026, 7, 5), "June 2026")),
        ("month", date(2026, 2, 1), (date(2026, 1, 26), date(2026, 3, 1), "February 2026")),
    ],
)
def test_weeks_begin_on_monday_and_months_are_whole_weeks(view, day, expected):
    span = Span.of(view, day)
    assert (span.start, span.end, span.title) == expected


def test_the_neighbours_of_a_span():
    week, month = Span.of("week", date(2026, 3, 31)), Span.of("month", date(2026, 3, 31))
    assert (week.previous, week.next) == (date(2026, 3, 24), date(2026, 4, 7))
    assert (month.previous, month.next) == (date(2026, 2, 28), date(2026, 4, 1))


@pytest.mark.parametrize("view", ["week", "month"])
def test_the_number_of_queries_does_not_grow_with_the_parties(
    client, world, django_assert_max_num_queries, view
):
    station = world.a.station
    Station.objects.filter(pk=station.pk).update(slot_capacity=9)
    day = (timezone.now() + timedelta(days=40)).date()
    counts = []
    client.get(URL)
    for lanes in (1, 3):
        for lane in range(1, lanes + 1):
            make_booking(
                station,
                date=day,
                slot=time(15 if lanes == 1 else 18),
                lane=lane,
                status=BookingStatus.CONFIRMED,
                chef=make_chef(station),
            )
        with django_assert_max_num_queries(8) as captured:
            client.get(calendar_url(station, day=day, view=view))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_own_records_alone_open_no_page():
    class Own(Actor):
        def scope(self, code):
            from common.actors import Scope

            return Scope(own=True)

    assert site_page("calendar").opens_for(Own()) is False
    with pytest.raises(LookupError):
        site_page("nowhere")
