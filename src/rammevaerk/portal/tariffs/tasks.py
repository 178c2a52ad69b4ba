"""What is done in the background: files read and stored. Each may be begun again."""

from django.utils import timezone
from django_tasks import task


@task()
def read_file(file_id: int) -> None:
    """Read a takstfil that was handed in."""
    # Operations queue these tasks, so they are only fetched when one is done.
    from rammevaerk.portal.tariffs.operations import files

    files.read(file_id, at=timezone.now())


@task()
def store_file(file_id: int) -> None:
    """Store what was confirmed of a takstfil."""
    from rammevaerk.portal.tariffs.operations import files

    files.store(file_id, at=timezone.now())
