"""PostgreSQL for a project whose apps own one schema each; knows nothing of the project it serves."""

from common.db.names import table

__all__ = ["table"]
