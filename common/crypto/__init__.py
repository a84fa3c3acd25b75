"""Personal data at rest: encrypted fields, their blind indexes, masks and the key rings (P-1, P-2, P-3, P-8).

A token is `version byte, length of key id, key id, Fernet bytes`. Its keys are derived from a key of the ring
for one version, one key id and one column, so that a token opens only in the column it was written for.
"""
