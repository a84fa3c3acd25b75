from identity.selectors.actors import actor_for
from identity.selectors.station_settings import StationSettings, station_settings

__all__ = ["StationSettings", "actor_for", "station_settings"]
