"""Sequences."""

from tests.common.schema.verify.mutations.said import EVENTS, SYSTEM, Mutation, one

_SEQUENCE = "events.domain_events_sequence_seq"

SEQUENCES = {
    "sequence missing": Mutation(
        f"DROP SEQUENCE {_SEQUENCE} CASCADE",
        {("sequence missing", "events", _SEQUENCE), ("column default", EVENTS, "sequence")},
    ),
    "sequence extra": one("CREATE SEQUENCE core.numbers", "sequence extra", "core", "core.numbers"),
    "sequence renamed": Mutation(
        f"ALTER SEQUENCE {_SEQUENCE} RENAME TO numbers",
        {("sequence name", "events", _SEQUENCE), ("column default", EVENTS, "sequence")},
    ),
    "sequence narrowed": Mutation(
        f"ALTER SEQUENCE {_SEQUENCE} AS integer",
        {("sequence type", "events", _SEQUENCE), ("sequence maximum", "events", _SEQUENCE)},
    ),
    "sequence increment": one(
        f"ALTER SEQUENCE {_SEQUENCE} INCREMENT 10", "sequence increment", "events", _SEQUENCE
    ),
    "sequence cycles": one(f"ALTER SEQUENCE {_SEQUENCE} CYCLE", "sequence cycle", "events", _SEQUENCE),
    "sequence bounded": one(
        f"ALTER SEQUENCE {_SEQUENCE} MAXVALUE 999999999", "sequence maximum", "events", _SEQUENCE
    ),
    "sequence caches": one(f"ALTER SEQUENCE {_SEQUENCE} CACHE 50", "sequence cache", "events", _SEQUENCE),
    "sequence starts elsewhere": one(
        f"ALTER SEQUENCE {_SEQUENCE} START 500", "sequence start", "events", _SEQUENCE
    ),
    "sequence owned": one(
        f"ALTER SEQUENCE {_SEQUENCE} OWNED BY events.domain_events.sequence",
        "sequence owner",
        "events",
        _SEQUENCE,
    ),
    "identity's sequence renamed": one(
        "ALTER SEQUENCE core.system_events_id_seq RENAME TO numbers",
        "sequence name",
        SYSTEM,
        "core.system_events_id_seq",
    ),
    "identity's sequence jumps": one(
        "ALTER TABLE core.system_events ALTER id SET INCREMENT 2",
        "sequence increment",
        SYSTEM,
        "core.system_events_id_seq",
    ),
}
