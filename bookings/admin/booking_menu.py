"""The menu of a booking, chosen portion by portion (Q-3)."""

from collections.abc import Iterable

from django import forms

from bookings.models import AddonItem, Booking, MenuItem
from bookings.requests import MenuChoice
from bookings.services.changes import BookingChanges, change_booking
from bookings.services.transitions import TERMINAL
from common.admin.actions import ActionCall, ObjectAction
from common.admin.display import money
from common.admin.forms import ActionForm

PROTEINS = ("poultry", "beef", "seafood", "specialty")
EXTRA_PROTEIN = "extra_protein"


def best_by_code(rows: Iterable[MenuItem | AddonItem]) -> list[MenuItem | AddonItem]:
    """Return one row per code: the station's own wins over the company's (4.1)."""
    best: dict[str, MenuItem | AddonItem] = {}
    for row in rows:
        if row.station_id is not None or row.code not in best:
            best[row.code] = row
    return list(best.values())


class MenuForm(ActionForm):
    """One number per dish; all zero means that the party chooses later."""

    def prepare(self) -> None:
        booking = self.obj
        if not isinstance(booking, Booking):
            return
        chosen = {(item["kind"], item["code"]): item["quantity"] for item in booking.menu_items}
        here = {"station__in": [booking.station_id]}
        menu = MenuItem.objects.filter(category__in=PROTEINS, is_available=True)
        dishes = menu.filter(**here) | menu.filter(station__isnull=True)
        extras = AddonItem.objects.filter(is_active=True)
        addons = extras.filter(**here) | extras.filter(station__isnull=True)
        proteins = best_by_code(dishes.order_by("display_order", "code"))
        for kind, title, rows in (
            ("protein", "{}", proteins),
            ("extra_protein", "Extra {}", proteins),
            (
                "addon",
                "{}",
                best_by_code(addons.exclude(code=EXTRA_PROTEIN).order_by("display_order", "code")),
            ),
        ):
            for row in rows:
                price = f" (+{money(row.price_cents, row.currency)})" if row.price_cents else ""
                self.fields[f"{kind}:{row.code}"] = forms.IntegerField(
                    label=title.format(row.name) + price,
                    min_value=0,
                    max_value=400,
                    required=False,
                    initial=chosen.get((kind, row.code), 0),
                )

    def choice(self) -> MenuChoice:
        """Return the portions that are above zero."""
        portions: dict[str, dict[str, int]] = {"protein": {}, "extra_protein": {}, "addon": {}}
        for name, quantity in self.cleaned_data.items():
            kind, _, code = name.partition(":")
            if kind in portions and quantity:
                portions[kind][code] = quantity
        return MenuChoice(
            proteins=portions["protein"], extra_proteins=portions["extra_protein"], addons=portions["addon"]
        )

    def clean(self) -> dict[str, object]:
        return {**self.cleaned_data, "menu": self.choice()}


class ChangeMenu(ObjectAction[Booking]):
    name = "change-menu"
    label = "Change menu"
    icon = "restaurant_menu"
    code = "booking.update"
    form_class = MenuForm
    primary = False
    explanation = "Two proteins per adult and kid, one per toddler. The price follows."

    def is_offered(self, obj: Booking) -> bool:
        return obj.status not in TERMINAL

    def run(self, call: ActionCall[Booking]) -> str:
        booking = change_booking(
            booking=call.obj,
            changes=BookingChanges(menu=call.data["menu"]),
            expected_version=call.expected_version,
            by=call.by,
            at=call.at,
        )
        return f"{booking.reference}: the menu is changed; the total is {money(booking.total_due_cents)}."
