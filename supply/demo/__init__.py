"""The demo of the exchange: a world by seed, made through the services, told as one document.

cast.py holds names, stage.py opens accounts, links and products, play.py orders, complains and talks,
document.py reads what a client needs to know. Mail addresses lie under a reserved domain: nobody owns them.
"""

from supply.demo.document import describe
from supply.demo.play import find_world, is_empty, make_world

__all__ = ["describe", "find_world", "is_empty", "make_world"]
