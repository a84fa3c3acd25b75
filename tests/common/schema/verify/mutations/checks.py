"""CHECKs."""

from tests.common.schema.verify.mutations.said import BOOKINGS, CUSTOMERS, Mutation, one

CHECKS = {
    "check missing": one(
        "ALTER TABLE core.bookings DROP CONSTRAINT check_total_gte_deposit",
        "check missing",
        BOOKINGS,
        "check_total_gte_deposit",
    ),
    "check extra": one(
        "ALTER TABLE core.bookings ADD CONSTRAINT few CHECK (party_kids < 9)", "check extra", BOOKINGS, "few"
    ),
    "check renamed": one(
        "ALTER TABLE core.bookings RENAME CONSTRAINT check_total_gte_deposit TO total",
        "check name",
        BOOKINGS,
        "check_total_gte_deposit",
    ),
    "check weakened under its name": one(
        "ALTER TABLE core.bookings DROP CONSTRAINT check_party_adults_positive, "
        "ADD CONSTRAINT check_party_adults_positive CHECK (party_adults >= 0)",
        "check expression",
        BOOKINGS,
        "check_party_adults_positive",
    ),
    "check always true": one(
        "ALTER TABLE core.bookings DROP CONSTRAINT check_party_adults_positive, "
        "ADD CONSTRAINT check_party_adults_positive CHECK (party_adults > 0 OR true)",
        "check expression",
        BOOKINGS,
        "check_party_adults_positive",
    ),
    "enum with one more value": one(
        "ALTER TABLE core.customers DROP CONSTRAINT ck_core_customers_preferred_contact, "
        "ADD CONSTRAINT ck_core_customers_preferred_contact "
        "CHECK (preferred_contact IN ('sms', 'email', 'phone', 'fax'))",
        "check expression",
        CUSTOMERS,
        "ck_core_customers_preferred_contact",
    ),
    "check not validated": one(
        "ALTER TABLE core.bookings DROP CONSTRAINT check_total_gte_deposit, "
        "ADD CONSTRAINT check_total_gte_deposit CHECK (total_due_cents >= deposit_due_cents) NOT VALID",
        "check not validated",
        BOOKINGS,
        "check_total_gte_deposit",
    ),
    "check not inherited": one(
        "ALTER TABLE core.bookings DROP CONSTRAINT check_total_gte_deposit, "
        "ADD CONSTRAINT check_total_gte_deposit CHECK (total_due_cents >= deposit_due_cents) NO INHERIT",
        "check inherited",
        BOOKINGS,
        "check_total_gte_deposit",
    ),
    "check not enforced": Mutation(
        "ALTER TABLE core.bookings DROP CONSTRAINT check_total_gte_deposit, "
        "ADD CONSTRAINT check_total_gte_deposit CHECK (total_due_cents >= deposit_due_cents) NOT ENFORCED",
        {
            ("check not enforced", BOOKINGS, "check_total_gte_deposit"),
            ("check not validated", BOOKINGS, "check_total_gte_deposit"),
        },
        18,
    ),
}
