"""Columns."""

from tests.common.schema.verify.mutations.said import BOOKINGS, CUSTOMERS, DEPOSITS, SYSTEM, Mutation, one

COLUMNS = {
    "column missing": one("ALTER TABLE core.bookings DROP COLUMN notes", "column missing", BOOKINGS, "notes"),
    "column missing with all that hangs on it": Mutation(
        "ALTER TABLE core.customers DROP COLUMN phone_bidx",
        {
            ("column missing", CUSTOMERS, "phone_bidx"),
            ("check missing", CUSTOMERS, "ck_core_customers_phone_bidx"),
            ("check missing", CUSTOMERS, "ck_customers_bidx"),
            ("index missing", CUSTOMERS, "idx_customer_station_phone"),
            ("index missing", CUSTOMERS, "ix_customers_phone"),
        },
    ),
    "column extra": one("ALTER TABLE core.bookings ADD mood text", "column extra", BOOKINGS, "mood"),
    "column renamed": one(
        "ALTER TABLE core.bookings RENAME notes TO remarks", "column name", BOOKINGS, "notes"
    ),
    "varchar widened": one(
        "ALTER TABLE core.customers ALTER first_name TYPE varchar(200)",
        "column type",
        CUSTOMERS,
        "first_name",
    ),
    "varchar narrowed": one(
        "ALTER TABLE core.customers ALTER first_name TYPE varchar(50)", "column type", CUSTOMERS, "first_name"
    ),
    "varchar unbounded": one(
        "ALTER TABLE core.customers ALTER first_name TYPE varchar", "column type", CUSTOMERS, "first_name"
    ),
    "varchar of an enum widened": one(
        "ALTER TABLE core.deposits ALTER payment_method TYPE varchar(64)",
        "column type",
        DEPOSITS,
        "payment_method",
    ),
    "type text": one(
        "ALTER TABLE core.customers ALTER last_name TYPE text", "column type", CUSTOMERS, "last_name"
    ),
    "type bigint": one(
        "ALTER TABLE core.bookings ALTER version TYPE bigint", "column type", BOOKINGS, "version"
    ),
    "precision": one(
        "ALTER TABLE identity.stations ALTER latitude TYPE numeric(12, 7)",
        "column type",
        "identity.stations",
        "latitude",
    ),
    "scale": one(
        "ALTER TABLE identity.stations ALTER latitude TYPE numeric(10, 6)",
        "column type",
        "identity.stations",
        "latitude",
    ),
    "timestamp without zone": one(
        "ALTER TABLE core.bookings ALTER held_at TYPE timestamp", "column type", BOOKINGS, "held_at"
    ),
    "timestamp precision": one(
        "ALTER TABLE core.bookings ALTER starts_at TYPE timestamptz(0)",
        "column type",
        BOOKINGS,
        "starts_at",
    ),
    "json for jsonb": Mutation(
        "ALTER TABLE core.bookings ALTER metadata DROP DEFAULT, ALTER metadata TYPE json",
        {("column default", BOOKINGS, "metadata"), ("column type", BOOKINGS, "metadata")},
    ),
    "array of other type": one(
        "ALTER TABLE core.customers ALTER tags TYPE text[]", "column type", CUSTOMERS, "tags"
    ),
    "null allowed": one(
        "ALTER TABLE core.bookings ALTER customer_id DROP NOT NULL", "column null", BOOKINGS, "customer_id"
    ),
    "null refused": one(
        "ALTER TABLE core.bookings ALTER notes SET NOT NULL", "column null", BOOKINGS, "notes"
    ),
    "default changed": one(
        "ALTER TABLE core.bookings ALTER lane SET DEFAULT 2", "column default", BOOKINGS, "lane"
    ),
    "default gone": one("ALTER TABLE core.bookings ALTER id DROP DEFAULT", "column default", BOOKINGS, "id"),
    "default added": one(
        "ALTER TABLE core.bookings ALTER notes SET DEFAULT ''", "column default", BOOKINGS, "notes"
    ),
    "default of another function": one(
        "ALTER TABLE core.bookings ALTER created_at SET DEFAULT now()",
        "column default",
        BOOKINGS,
        "created_at",
    ),
    "identity always": one(
        "ALTER TABLE core.system_events ALTER id SET GENERATED ALWAYS", "column identity", SYSTEM, "id"
    ),
    "identity gone": one(
        "ALTER TABLE core.system_events ALTER id DROP IDENTITY", "column identity", SYSTEM, "id"
    ),
    "identity for a serial": Mutation(
        "ALTER TABLE core.system_events ALTER id DROP IDENTITY; CREATE SEQUENCE core.counting OWNED BY "
        "core.system_events.id; ALTER TABLE core.system_events ALTER id SET DEFAULT nextval('core.counting')",
        {
            ("column default", SYSTEM, "id"),
            ("column identity", SYSTEM, "id"),
            ("sequence extra", SYSTEM, "core.counting"),
        },
    ),
    "identity added": one(
        "ALTER TABLE events.outbox ALTER sequence ADD GENERATED ALWAYS AS IDENTITY",
        "column identity",
        "events.outbox",
        "sequence",
    ),
    "generated column made plain": one(
        "ALTER TABLE core.bookings ALTER deposit_deadline DROP EXPRESSION",
        "column generated",
        BOOKINGS,
        "deposit_deadline",
    ),
    "generated expression": Mutation(
        "ALTER TABLE core.bookings DROP deposit_deadline, "
        "ADD deposit_deadline timestamptz GENERATED ALWAYS AS (internal_deadline) STORED",
        {
            ("column generated", BOOKINGS, "deposit_deadline"),
            ("column comment", BOOKINGS, "deposit_deadline"),
        },
    ),
    "plain column generated": Mutation(
        "ALTER TABLE core.bookings DROP notes, ADD notes text GENERATED ALWAYS AS ('x') STORED",
        {("column generated", BOOKINGS, "notes"), ("column comment", BOOKINGS, "notes")},
    ),
    "generated column virtual": Mutation(
        "ALTER TABLE core.bookings DROP deposit_deadline, "
        "ADD deposit_deadline timestamptz GENERATED ALWAYS AS (customer_deposit_deadline) VIRTUAL",
        {
            ("column generated", BOOKINGS, "deposit_deadline"),
            ("column comment", BOOKINGS, "deposit_deadline"),
        },
        18,
    ),
    "collation": one(
        """ALTER TABLE core.customers ALTER first_name TYPE varchar(100) COLLATE "C" """,
        "column collation",
        CUSTOMERS,
        "first_name",
    ),
    "column comment": one(
        "COMMENT ON COLUMN core.bookings.notes IS 'x'", "column comment", BOOKINGS, "notes"
    ),
    "column comment gone": one(
        "COMMENT ON COLUMN core.bookings.notes IS NULL", "column comment", BOOKINGS, "notes"
    ),
    "null refused for new rows only": Mutation(
        "ALTER TABLE core.bookings ALTER customer_id DROP NOT NULL; "
        "ALTER TABLE core.bookings ADD CONSTRAINT late NOT NULL customer_id NOT VALID",
        {("column not validated", BOOKINGS, "customer_id")},
        18,
    ),
}
