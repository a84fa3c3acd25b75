"""What staff do with a customer's data: download it, forget it, read what happened (P-5, P-6)."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from bookings.models import Customer
from bookings.services.privacy import erase_customer, export_customer
from bookings.services.privacy.histories import list_history
from common.actors import Actor
from common.admin.actions import ActionCall, ObjectAction
from common.admin.display import local_time
from common.admin.forms import ReasonForm

LINES = 30


class ExportCustomer(ObjectAction[Customer]):
    name = "export"
    label = "Export personal data"
    icon = "download"
    code = "customer.export"
    primary = False
    explanation = (
        "One JSON file of all rows about this customer, in clear text. It is noted who took it; keep it safe."
    )

    def run(self, call: ActionCall[Customer]) -> HttpResponse:
        document = export_customer(customer=call.obj, by=call.by, at=call.at)
        text = json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        name = f"customer-{call.obj.pk}.json"
        return HttpResponse(
            text,
            content_type="application/json",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )


class EraseCustomer(ObjectAction[Customer]):
    name = "erase"
    label = "Erase personal data"
    icon = "delete_forever"
    code = "privacy.erase"
    form_class = ReasonForm
    destructive = True
    primary = False
    explanation = (
        "Names, contacts, addresses, messages, recordings, reviews and leads of this customer are removed, "
        "and the account is closed. Amounts, consents and opt-outs stay. Nobody can undo this."
    )

    def is_offered(self, obj: Customer) -> bool:
        return obj.erased_at is None

    def run(self, call: ActionCall[Customer]) -> str:
        receipt = erase_customer(customer=call.obj, reason=call.data["reason"], by=call.by, at=call.at)
        rows = sum(receipt.counts.values())
        return f"{rows} rows in {len(receipt.counts)} tables are erased. Receipt: {receipt.signature}"


def history_table(customer: Customer, *, reader: Actor) -> SafeString:
    """Return the last things that happened with a customer as a table; codes and times only."""
    lines = list_history(customer=customer, reader=reader)[:LINES]
    if not lines:
        return format_html("{}", "-")
    zone = customer.station.timezone
    rows = format_html_join(
        "",
        '<tr><td class="pr-6 py-1 whitespace-nowrap">{}</td><td class="pr-6">{}</td><td>{}</td></tr>',
        ((local_time(line["at"], zone), line["what"], _details(line["details"])) for line in lines),
    )
    return format_html('<table class="text-sm"><tbody>{}</tbody></table>', rows)


def _details(details: dict[str, Any] | None) -> str:
    told = ((name, value) for name, value in (details or {}).items() if value not in (None, ""))
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in told)
