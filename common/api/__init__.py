"""The API kit (API-1 … API-10): what every endpoint of the house is built of.

views        HouseAPIView, HouseViewSet: authenticate, count, authorise, call, render
permissions  declared permission codes; nothing declared is a denial and a failing system check
problems     one error shape (RFC 9457) for whatever goes wrong
serializers  strict bodies and query strings
idempotency  one effect per Idempotency-Key
etag         If-Match, If-None-Match
pagination, filters, throttling, schema, health, urls
"""
