"""Section 17 as data: every command of the house, its own flags, a call that works and one that does not."""

from dataclasses import dataclass
from uuid import UUID

NOBODY = str(UUID(int=0))


@dataclass(frozen=True, slots=True)
class Call:
    """How a command is called; `{name}` stands for what the world of the tests has.

    `flags` are those of section 17, `works` is a sound call, `mistake` one that an operator got wrong: None
    where a call with right flags cannot be wrong.
    """

    flags: str = ""
    works: str = ""
    mistake: str | None = None


REASON = "--reason asked-for-in-writing"
IMPORT = "--file {csv} --mapping {mapping}"

CALLS = {
    "check_relationships": Call("--diff"),
    "create_station": Call(
        "--name --zip --timezone", "--name New --zip 94538", mistake="--name New --zip 00000"
    ),
    "create_super_admin": Call("--email", "--email new@people.example", mistake="--email nonsense"),
    "document_schema": Call("--diff", "--directory {dir}", mistake="--directory {dir} --check"),
    "draft_supply_orders": Call(
        "--station --until",
        "--station {station} --until {day}",
        mistake="--station ST-NOWHERE --until {day}",
    ),
    "erase_customer": Call("--id --reason", f"--id {{customer}} {REASON}", mistake=f"--id {NOBODY} {REASON}"),
    "export_audit": Call("--station --from --to", "--out {dir}/audit.csv", mistake="--station ST-NOWHERE"),
    "export_customer": Call(
        "--id --out", "--id {customer} --out {dir}/one.json", mistake=f"--id {NOBODY} --out {{dir}}/one.json"
    ),
    "health_report": Call(),
    "import_bookings": Call(
        "--file --station --mapping --as-live --workers",
        f"--station {{station}} {IMPORT}",
        mistake=f"--station ST-NOWHERE {IMPORT}",
    ),
    "import_orders": Call(
        "--file --mapping",
        "--supplier {supplier} --file {invoices} --mapping {invoice_mapping}",
        mistake=f"--supplier {NOBODY} {IMPORT}",
    ),
    "import_payment_events": Call(
        "--file --station --mapping", "--file {bank} --station {station}", mistake="--file {dir}/no.csv"
    ),
    "import_products": Call(
        "--file --mapping",
        "--supplier {supplier} --file {invoices} --mapping {invoice_mapping}",
        mistake=f"--supplier {NOBODY} {IMPORT}",
    ),
    "invite_user": Call(
        "--email --role --station",
        "--email new@people.example --role chef --station {station}",
        mistake="--email new@people.example --role chef --station ST-NOWHERE",
    ),
    "load_reference_data": Call("--demo"),
    "match_payments": Call("--since"),
    "prove_slots": Call("--station --from --to", "--station {station}", mistake="--station ST-NOWHERE"),
    "purge_retention": Call("--table --batch"),
    "race_slots": Call("--threads --rounds", "--threads 1 --rounds 1", mistake="--station ST-NOWHERE"),
    "rebuild_blind_index": Call("--model --batch --verify", mistake="--model nonsense"),
    "replay_messages": Call(
        "--box --id --status --force", "--box outbox", mistake="--box outbox --status lost"
    ),
    "reset_mfa": Call("--email", "--email {user}", mistake="--email nobody@people.example"),
    "rotate_keys": Call("--batch --resume --verify"),
    "run_job": Call("--job --list --at", "--job purge_keys"),
    "seed_supply_demo": Call(),
    "unlock_user": Call("--email", "--email {user}", mistake="--email nobody@people.example"),
    "verify_chains": Call("--since"),
    "verify_schema": Call("--diff"),
    "worker": Call("--queues --once --max-seconds", "--once", mistake="--queues sweep"),
}

CANNOT_ROLL_BACK = {
    "race_slots": "its racers commit on connections of their own, that is the race",
    "worker": "it delivers to the world outside",
}
NEEDS_NO_DATABASE = {"document_schema": "it reads the models"}
DJANGOS_OWN = {"makemigrations", "migrate"}
"""Django's commands with another engine behind them; their flags are Django's."""
