"""Who acts in the house: accounts, roles, permission codes, stations and their links, tokens, the audit log.

Owns the schema `identity`. Fills the port `audit_trail`; asks `station_use` upwards. Emits
user.{registered, registration_repeated, activated, invited, suspended, new_address, password_reset_requested,
password_reset}; handles none.
"""
