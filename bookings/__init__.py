"""Customers, chefs, slots, bookings, prices and payments (schema core).

Emits booking.*, hold.*, payment.* and customer.* events; fills the ports `station_use` of identity and
`alerts` of the kernel; asks its own port `coupons`. Slots are taken by `services/slots.py` and nowhere else.
"""
