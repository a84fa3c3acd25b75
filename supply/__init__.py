"""Supply: the closed exchange between suppliers and consumers (schema supply)."""
