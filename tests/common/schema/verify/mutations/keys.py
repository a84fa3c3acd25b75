"""Primary keys, unique constraints, exclusions."""

from tests.common.schema.verify.mutations.said import BOOKINGS, MENU, QUEUE, SYSTEM, Mutation, one

KEYS = {
    "primary key missing": one(
        "ALTER TABLE core.system_events DROP CONSTRAINT system_events_pkey",
        "primary key missing",
        SYSTEM,
        "system_events_pkey",
    ),
    "primary key renamed": one(
        "ALTER TABLE core.bookings RENAME CONSTRAINT bookings_pkey TO pk",
        "primary key name",
        BOOKINGS,
        "bookings_pkey",
    ),
    "primary key on other columns": one(
        "ALTER TABLE core.system_events DROP CONSTRAINT system_events_pkey, "
        "ADD CONSTRAINT system_events_pkey PRIMARY KEY (id, service)",
        "primary key columns",
        SYSTEM,
        "system_events_pkey",
    ),
    "primary key deferrable": one(
        "ALTER TABLE core.system_events DROP CONSTRAINT system_events_pkey, "
        "ADD CONSTRAINT system_events_pkey PRIMARY KEY (id) DEFERRABLE",
        "primary key deferrable",
        SYSTEM,
        "system_events_pkey",
    ),
    "primary key with more columns": one(
        "ALTER TABLE core.system_events DROP CONSTRAINT system_events_pkey, "
        "ADD CONSTRAINT system_events_pkey PRIMARY KEY (id) INCLUDE (service)",
        "primary key include",
        SYSTEM,
        "system_events_pkey",
    ),
    "unique missing": one(
        "ALTER TABLE core.bookings DROP CONSTRAINT uq_bookings_reference",
        "unique missing",
        BOOKINGS,
        "uq_bookings_reference",
    ),
    "unique extra": one(
        "ALTER TABLE core.bookings ADD CONSTRAINT once UNIQUE (starts_at)", "unique extra", BOOKINGS, "once"
    ),
    "unique renamed": one(
        "ALTER TABLE core.bookings RENAME CONSTRAINT uq_bookings_reference TO once",
        "unique name",
        BOOKINGS,
        "uq_bookings_reference",
    ),
    "unique on fewer columns": one(
        "ALTER TABLE newsletter.sms_send_queue DROP CONSTRAINT uq_sms_queue_recipient, "
        "ADD CONSTRAINT uq_sms_queue_recipient UNIQUE (subscriber_id)",
        "unique columns",
        QUEUE,
        "uq_sms_queue_recipient",
    ),
    "unique in other order": one(
        "ALTER TABLE newsletter.sms_send_queue DROP CONSTRAINT uq_sms_queue_recipient, "
        "ADD CONSTRAINT uq_sms_queue_recipient UNIQUE (subscriber_id, campaign_id)",
        "unique columns",
        QUEUE,
        "uq_sms_queue_recipient",
    ),
    "unique with distinct nulls": one(
        "ALTER TABLE core.menu_items DROP CONSTRAINT uq_menu_items_code, "
        "ADD CONSTRAINT uq_menu_items_code UNIQUE (station_id, code)",
        "unique nulls distinct",
        MENU,
        "uq_menu_items_code",
    ),
    "unique deferrable": one(
        "ALTER TABLE core.bookings DROP CONSTRAINT uq_bookings_reference, "
        "ADD CONSTRAINT uq_bookings_reference UNIQUE (reference) DEFERRABLE INITIALLY DEFERRED",
        "unique deferrable",
        BOOKINGS,
        "uq_bookings_reference",
    ),
    "unique index without its constraint": Mutation(
        "ALTER TABLE core.bookings DROP CONSTRAINT uq_bookings_reference; "
        "CREATE UNIQUE INDEX uq_bookings_reference ON core.bookings (reference)",
        {
            ("unique missing", BOOKINGS, "uq_bookings_reference"),
            ("index extra", BOOKINGS, "uq_bookings_reference"),
        },
    ),
    "unique invalid": one(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'core.uq_bookings_reference'::regclass",
        "unique invalid",
        BOOKINGS,
        "uq_bookings_reference",
    ),
    "exclusion extra": one(
        "ALTER TABLE core.bookings ADD CONSTRAINT apart EXCLUDE USING btree (reference WITH =)",
        "exclusion extra",
        BOOKINGS,
        "apart",
    ),
}
