"""What a stranger may do to the schema by hand in SQL, and what has to be said of each."""

from tests.common.schema.verify.mutations.checks import CHECKS
from tests.common.schema.verify.mutations.columns import COLUMNS
from tests.common.schema.verify.mutations.foreign_keys import FOREIGN_KEYS
from tests.common.schema.verify.mutations.indexes import INDEXES
from tests.common.schema.verify.mutations.keys import KEYS
from tests.common.schema.verify.mutations.said import Mutation
from tests.common.schema.verify.mutations.sequences import SEQUENCES
from tests.common.schema.verify.mutations.tables import TABLES
from tests.common.schema.verify.mutations.triggers import TRIGGERS

MUTATIONS: dict[str, Mutation] = {
    **TABLES,
    **COLUMNS,
    **KEYS,
    **FOREIGN_KEYS,
    **CHECKS,
    **INDEXES,
    **TRIGGERS,
    **SEQUENCES,
}
"""By what was done."""
