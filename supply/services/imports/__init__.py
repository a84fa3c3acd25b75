"""Products and past orders from a wholesaler's CSV, written in bulk.

mapping.py says what foreign columns mean, lines.py reads what both imports share, products.py and orders.py
write, consumers.py finds or opens those who bought.
"""

from supply.services.imports.mapping import Mapping, load_mapping
from supply.services.imports.order_rows import read_order_rows
from supply.services.imports.orders import import_orders, in_batches
from supply.services.imports.products import import_products, read_product_rows

__all__ = [
    "Mapping",
    "import_orders",
    "import_products",
    "in_batches",
    "load_mapping",
    "read_order_rows",
    "read_product_rows",
]
