"""Communications: call recordings and their retention (schema communications)."""
