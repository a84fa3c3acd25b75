"""Who acts in the house: accounts, roles, permission codes, stations and their links, tokens, the audit log.

Owns the schema `identity`. Fills the port `audit_trail`; asks `station_use` upwards. Emits user.suspended.
"""
