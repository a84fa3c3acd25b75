from datetime import datetime, timedelta

from django.db.models import Q

from identity.models import User

NOTED_EVERY = timedelta(minutes=5)


def note_activity(user: User, *, at: datetime) -> None:
    """Note that the account was active, at most once in five minutes over all workers."""
    if user.last_activity_at is not None and at - user.last_activity_at < NOTED_EVERY:
        return
    due = Q(last_activity_at__isnull=True) | Q(last_activity_at__lte=at - NOTED_EVERY)
    User.objects.filter(due, pk=user.pk).update(last_activity_at=at)
    user.last_activity_at = at
