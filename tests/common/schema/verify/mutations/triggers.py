"""Triggers, functions, rules."""

from tests.common.schema.verify.mutations.said import BOOKINGS, EVENTS, Mutation, one

_FROZEN = "tg_domain_events_frozen"
_BODY = "events.tg_domain_events_frozen()"

TRIGGERS = {
    "trigger missing": one(
        f"DROP TRIGGER {_FROZEN} ON events.domain_events", "trigger missing", EVENTS, _FROZEN
    ),
    "trigger and function missing": Mutation(
        f"DROP FUNCTION {_BODY} CASCADE",
        {("trigger missing", EVENTS, _FROZEN), ("function missing", EVENTS, _BODY)},
    ),
    "trigger disabled": one(
        f"ALTER TABLE events.domain_events DISABLE TRIGGER {_FROZEN}", "trigger enabled", EVENTS, _FROZEN
    ),
    "trigger of replicas only": one(
        f"ALTER TABLE events.domain_events ENABLE REPLICA TRIGGER {_FROZEN}",
        "trigger enabled",
        EVENTS,
        _FROZEN,
    ),
    "all triggers disabled": one(
        "ALTER TABLE events.domain_events DISABLE TRIGGER USER", "trigger enabled", EVENTS, _FROZEN
    ),
    "trigger on fewer events": one(
        f"CREATE OR REPLACE TRIGGER {_FROZEN} BEFORE DELETE ON events.domain_events "
        f"FOR EACH ROW EXECUTE FUNCTION {_BODY}",
        "trigger fires",
        EVENTS,
        _FROZEN,
    ),
    "trigger on some columns": one(
        f"CREATE OR REPLACE TRIGGER {_FROZEN} BEFORE DELETE OR UPDATE OF payload ON events.domain_events "
        f"FOR EACH ROW EXECUTE FUNCTION {_BODY}",
        "trigger fires",
        EVENTS,
        _FROZEN,
    ),
    "trigger with a condition": one(
        f"CREATE OR REPLACE TRIGGER {_FROZEN} BEFORE DELETE OR UPDATE ON events.domain_events "
        f"FOR EACH ROW WHEN (old.version > 1) EXECUTE FUNCTION {_BODY}",
        "trigger action",
        EVENTS,
        _FROZEN,
    ),
    "trigger with another function": one(
        f"CREATE OR REPLACE TRIGGER {_FROZEN} BEFORE DELETE OR UPDATE ON events.domain_events "
        "FOR EACH ROW EXECUTE FUNCTION core.tg_system_events_frozen()",
        "trigger action",
        EVENTS,
        _FROZEN,
    ),
    "trigger renamed": one(
        f"ALTER TRIGGER {_FROZEN} ON events.domain_events RENAME TO frozen", "trigger name", EVENTS, _FROZEN
    ),
    "trigger extra": one(
        f"CREATE TRIGGER more BEFORE DELETE ON core.bookings FOR EACH ROW EXECUTE FUNCTION {_BODY}",
        "trigger extra",
        BOOKINGS,
        "more",
    ),
    "constraint trigger extra": one(
        f"CREATE CONSTRAINT TRIGGER more AFTER DELETE ON core.bookings FOR EACH ROW EXECUTE FUNCTION {_BODY}",
        "trigger extra",
        BOOKINGS,
        "more",
    ),
    "function lets all pass": one(
        f"CREATE OR REPLACE FUNCTION {_BODY} RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "function body",
        EVENTS,
        _BODY,
    ),
    "function with other rights": one(
        f"ALTER FUNCTION {_BODY} SECURITY DEFINER", "function properties", EVENTS, _BODY
    ),
    "function extra": one(
        "CREATE FUNCTION core.twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2'",
        "function extra",
        "core",
        "core.twice(integer)",
    ),
    "function missing": one(
        "DROP FUNCTION identity.account_grants",
        "function missing",
        "identity",
        "identity.account_grants(account uuid, moment timestamp with time zone, "
        "OUT roles_version text, OUT role_ids uuid[], OUT links text)",
    ),
    "function volatile": one(
        "ALTER FUNCTION identity.account_grants VOLATILE",
        "function properties",
        "identity",
        "identity.account_grants(account uuid, moment timestamp with time zone, "
        "OUT roles_version text, OUT role_ids uuid[], OUT links text)",
    ),
    "rule": one(
        "CREATE RULE nothing AS ON DELETE TO core.bookings DO INSTEAD NOTHING",
        "rule extra",
        BOOKINGS,
        "nothing",
    ),
}
