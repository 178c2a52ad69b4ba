"""Background tasks of placements."""

from django.utils import timezone
from django_tasks import task


@task()
def follow_acting() -> None:
    """Move acting municipalities whose day has come."""
    # Operations queue these tasks, so they are only fetched when one is done.
    from rammevaerk.portal.placements.operations import acting

    acting.follow_acting(at=timezone.now())
