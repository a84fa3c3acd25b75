"""Foreign keys."""

from tests.common.schema.verify.mutations.said import BOOKINGS, DEPOSITS, Mutation, one

_CUSTOMER_KEY = "bookings_customer_id_621160fd_fk_customers_id"


def _customer_key(rest: str) -> str:
    return (
        f"ALTER TABLE core.bookings DROP CONSTRAINT {_CUSTOMER_KEY}; "
        f"ALTER TABLE core.bookings ADD CONSTRAINT {_CUSTOMER_KEY} "
        f"FOREIGN KEY (customer_id) REFERENCES {rest}"
    )


FOREIGN_KEYS = {
    "foreign key missing": one(
        f"ALTER TABLE core.bookings DROP CONSTRAINT {_CUSTOMER_KEY}",
        "foreign key missing",
        BOOKINGS,
        _CUSTOMER_KEY,
    ),
    "foreign key extra": one(
        "ALTER TABLE core.bookings ADD CONSTRAINT more FOREIGN KEY (customer_id) REFERENCES core.customers",
        "foreign key extra",
        BOOKINGS,
        "more",
    ),
    "foreign key renamed": one(
        f"ALTER TABLE core.bookings RENAME CONSTRAINT {_CUSTOMER_KEY} TO fk",
        "foreign key name",
        BOOKINGS,
        _CUSTOMER_KEY,
    ),
    "foreign key to another table": one(
        _customer_key("core.chefs ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED"),
        "foreign key target",
        BOOKINGS,
        _CUSTOMER_KEY,
    ),
    "foreign key cascades": one(
        _customer_key("core.customers ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"),
        "foreign key on delete",
        BOOKINGS,
        _CUSTOMER_KEY,
    ),
    "foreign key without action": one(
        _customer_key("core.customers DEFERRABLE INITIALLY DEFERRED"),
        "foreign key on delete",
        BOOKINGS,
        _CUSTOMER_KEY,
    ),
    "foreign key acts on update": one(
        _customer_key("core.customers ON DELETE RESTRICT ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED"),
        "foreign key on update",
        BOOKINGS,
        _CUSTOMER_KEY,
    ),
    "foreign key immediate": one(
        _customer_key("core.customers ON DELETE RESTRICT"), "foreign key deferrable", BOOKINGS, _CUSTOMER_KEY
    ),
    "foreign key altered": one(
        f"ALTER TABLE core.bookings ALTER CONSTRAINT {_CUSTOMER_KEY} DEFERRABLE INITIALLY IMMEDIATE",
        "foreign key deferrable",
        BOOKINGS,
        _CUSTOMER_KEY,
    ),
    "foreign key matches in full": one(
        _customer_key("core.customers MATCH FULL ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED"),
        "foreign key match",
        BOOKINGS,
        _CUSTOMER_KEY,
    ),
    "foreign key not validated": one(
        _customer_key("core.customers ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED NOT VALID"),
        "foreign key not validated",
        BOOKINGS,
        _CUSTOMER_KEY,
    ),
    "foreign key on another column": one(
        "ALTER TABLE core.deposits DROP CONSTRAINT deposits_settled_by_id_47ecc314_fk_users_id; "
        "ALTER TABLE core.deposits ADD CONSTRAINT deposits_settled_by_id_47ecc314_fk_users_id FOREIGN KEY "
        "(payment_id) REFERENCES identity.users ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED",
        "foreign key columns",
        DEPOSITS,
        "deposits_settled_by_id_47ecc314_fk_users_id",
    ),
    "triggers of a table's keys disabled": Mutation(
        "ALTER TABLE core.deposits DISABLE TRIGGER ALL",
        {
            ("foreign key triggers", DEPOSITS, f"deposits_{key}")
            for key in (
                "booking_id_ce1646cd_fk_bookings_id",
                "payment_id_75626898_fk_payments_id",
                "settled_by_id_47ecc314_fk_users_id",
            )
        },
    ),
    "foreign key not enforced": Mutation(
        f"ALTER TABLE core.bookings ALTER CONSTRAINT {_CUSTOMER_KEY} NOT ENFORCED",
        {
            ("foreign key not enforced", BOOKINGS, _CUSTOMER_KEY),
            ("foreign key not validated", BOOKINGS, _CUSTOMER_KEY),
        },
        18,
    ),
}
