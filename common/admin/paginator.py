"""Pages without a full count: beyond a threshold PostgreSQL's own estimate is good enough."""

import json

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

EXACT_UP_TO = 10_000


class EstimatingPaginator(Paginator):  # type: ignore[type-arg]  # Django's class takes no parameters
    """Counts exactly up to a threshold, then asks the planner (reltuples) instead of the table."""

    exact_up_to = EXACT_UP_TO

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        rows = rows.order_by()
        bounded = rows[: self.exact_up_to + 1].count()
        if bounded <= self.exact_up_to:
            return bounded
        plan = json.loads(rows.explain(format="json"))
        return max(bounded, int(plan[0]["Plan"]["Plan Rows"]))
