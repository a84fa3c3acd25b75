"""The demo: three stations, their chefs, customers, prices and a life of bookings around today.

cast.py holds who and where, plan.py draws what happens (pure, by seed), stage.py opens stations and accounts,
play.py plays the plan through the services at the clock of each step. Mail addresses lie under example.com,
phones are 555-01xx: nobody owns them.
"""

from bookings.demo.show import Demo, load_demo
from bookings.demo.stage import DemoLogin

__all__ = ["Demo", "DemoLogin", "load_demo"]
