"""The closed exchange between suppliers and consumers (schema supply).

Owns suppliers and their staff, consumers, products and recipes, links, orders, chats, complaints and
notifications. Emits link.*, order.* and complaint.* events, one per state; handles none. Stock is moved by
`services/stock.py` and nowhere else.
"""
