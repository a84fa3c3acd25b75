"""The ground floor with tables: domain events and their chain, outbox, inbox, idempotency keys, counters.

Owns schema `events` and holds no foreign key into the house. Emits chain.sealed (E-2), handles nothing; the
upper apps publish through `events.services.publish` and subscribe through `events.registry.subscribe`.
"""
