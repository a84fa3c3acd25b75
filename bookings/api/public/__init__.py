"""What anybody may ask: where we cook, when, for how much; and book, hold and sign."""
