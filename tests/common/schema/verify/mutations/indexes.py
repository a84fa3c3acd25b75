"""Indexes."""

from tests.common.schema.verify.mutations.said import BOOKINGS, CUSTOMERS, QUEUE, SUBSCRIBERS, one


def _again(index: str, definition: str) -> str:
    return f"DROP INDEX core.{index}; CREATE {definition.replace('INDEX ON', f'INDEX {index} ON', 1)}"


INDEXES = {
    "index missing": one(
        "DROP INDEX core.idx_booking_station_date", "index missing", BOOKINGS, "idx_booking_station_date"
    ),
    "index of a foreign key missing": one(
        "DROP INDEX core.customers_deleted_by_id_840984e4",
        "index missing",
        CUSTOMERS,
        "customers_deleted_by_id_840984e4",
    ),
    "index extra": one("CREATE INDEX mine ON core.bookings (reference)", "index extra", BOOKINGS, "mine"),
    "index renamed": one(
        "ALTER INDEX core.idx_booking_station_date RENAME TO station_date",
        "index name",
        BOOKINGS,
        "idx_booking_station_date",
    ),
    "index on other columns": one(
        _again("idx_booking_station_date", "INDEX ON core.bookings (station_id, date)"),
        "index keys",
        BOOKINGS,
        "idx_booking_station_date",
    ),
    "index in other order of columns": one(
        _again("idx_booking_station_date", "INDEX ON core.bookings (date, station_id, slot)"),
        "index keys",
        BOOKINGS,
        "idx_booking_station_date",
    ),
    "index ascending": one(
        "DROP INDEX newsletter.ix_sms_queue_due; CREATE INDEX ix_sms_queue_due ON newsletter.sms_send_queue "
        "(priority, scheduled_at) WHERE status = 'pending'",
        "index keys",
        QUEUE,
        "ix_sms_queue_due",
    ),
    "index nulls": one(
        "DROP INDEX newsletter.ix_sms_queue_due; CREATE INDEX ix_sms_queue_due ON newsletter.sms_send_queue "
        "(priority DESC NULLS LAST, scheduled_at) WHERE status = 'pending'",
        "index keys",
        QUEUE,
        "ix_sms_queue_due",
    ),
    "index predicate gone": one(
        "DROP INDEX newsletter.ix_sms_queue_due; CREATE INDEX ix_sms_queue_due ON newsletter.sms_send_queue "
        "(priority DESC, scheduled_at)",
        "index predicate",
        QUEUE,
        "ix_sms_queue_due",
    ),
    "predicate weakened": one(
        _again(
            "idx_customer_station_email",
            "UNIQUE INDEX ON core.customers (station_id, email_bidx) "
            "WHERE deleted_at IS NULL AND erased_at IS NULL",
        ),
        "index predicate",
        CUSTOMERS,
        "idx_customer_station_email",
    ),
    "predicate of the slot weakened": one(
        _again(
            "idx_booking_date_slot_active",
            "UNIQUE INDEX ON core.bookings (station_id, date, slot, lane) "
            "WHERE status IN ('new', 'confirmed') AND deleted_at IS NULL",
        ),
        "index predicate",
        BOOKINGS,
        "idx_booking_date_slot_active",
    ),
    "unique index made plain": one(
        _again(
            "idx_customer_station_email",
            "INDEX ON core.customers (station_id, email_bidx) WHERE deleted_at IS NULL",
        ),
        "index unique",
        CUSTOMERS,
        "idx_customer_station_email",
    ),
    "plain index made unique": one(
        _again("idx_customer_station_phone", "UNIQUE INDEX ON core.customers (station_id, phone_bidx)"),
        "index unique",
        CUSTOMERS,
        "idx_customer_station_phone",
    ),
    "index method": one(
        _again("ix_customers_email", "INDEX ON core.customers USING hash (email_bidx)"),
        "index method",
        CUSTOMERS,
        "ix_customers_email",
    ),
    "array without gin": one(
        "DROP INDEX newsletter.ix_subscribers_tags; "
        "CREATE INDEX ix_subscribers_tags ON newsletter.subscribers (tags)",
        "index method",
        SUBSCRIBERS,
        "ix_subscribers_tags",
    ),
    "opclass": one(
        "DROP INDEX public.django_session_session_key_c0390e0f_like; CREATE INDEX "
        "django_session_session_key_c0390e0f_like ON public.django_session (session_key)",
        "index keys",
        "public.django_session",
        "django_session_session_key_c0390e0f_like",
    ),
    "opclass added": one(
        _again("ix_bookings_status_ends", "INDEX ON core.bookings (status varchar_pattern_ops, ends_at)"),
        "index keys",
        BOOKINGS,
        "ix_bookings_status_ends",
    ),
    "collation of an index": one(
        _again("ix_bookings_status_ends", 'INDEX ON core.bookings (status COLLATE "C", ends_at)'),
        "index keys",
        BOOKINGS,
        "ix_bookings_status_ends",
    ),
    "expression for a column": one(
        _again("ix_bookings_status_ends", "INDEX ON core.bookings (lower(status), ends_at)"),
        "index keys",
        BOOKINGS,
        "ix_bookings_status_ends",
    ),
    "index covers more": one(
        _again("ix_bookings_status_ends", "INDEX ON core.bookings (status, ends_at) INCLUDE (slot)"),
        "index include",
        BOOKINGS,
        "ix_bookings_status_ends",
    ),
    "index nulls not distinct": one(
        _again(
            "idx_customer_station_email",
            "UNIQUE INDEX ON core.customers (station_id, email_bidx) "
            "NULLS NOT DISTINCT WHERE deleted_at IS NULL",
        ),
        "index nulls distinct",
        CUSTOMERS,
        "idx_customer_station_email",
    ),
    "index options": one(
        "ALTER INDEX core.ix_bookings_status_ends SET (fillfactor = 70)",
        "index options",
        BOOKINGS,
        "ix_bookings_status_ends",
    ),
    "index invalid": one(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'core.ix_bookings_status_ends'::regclass",
        "index invalid",
        BOOKINGS,
        "ix_bookings_status_ends",
    ),
    "index not ready": one(
        "UPDATE pg_index SET indisready = false WHERE indexrelid = 'core.ix_bookings_status_ends'::regclass",
        "index invalid",
        BOOKINGS,
        "ix_bookings_status_ends",
    ),
}
