from rest_framework.routers import SimpleRouter


class HouseRouter(SimpleRouter):
    """Routes of view sets without a trailing slash, ids as UUIDs."""

    def __init__(self) -> None:
        super().__init__(trailing_slash=False, use_regex_path=False)
