"""What settlement does in the background. Each may be begun again."""

from django.utils import timezone
from django_tasks import task


@task()
def issue_invoices(job_id: int) -> None:
    """Issue what is agreed of a run, and make the e-invoices."""
    # Operations queue these tasks, so they are only fetched when one is done.
    from rammevaerk.portal.settlement.operations import billing_jobs

    billing_jobs.issue(job_id, at=timezone.now())


@task()
def make_e_invoices(job_id: int) -> None:
    """Make the e-invoices that a run's invoices lack."""
    from rammevaerk.portal.settlement.operations import billing_jobs

    billing_jobs.documents(job_id, at=timezone.now())


@task()
def hand_over_invoices(job_id: int) -> None:
    """Hand over the valid e-invoices of a run, or one of them."""
    from rammevaerk.portal.settlement.operations import billing_jobs

    billing_jobs.hand_over(job_id, at=timezone.now())


@task()
def hand_over_again(document_id: int) -> None:
    """Try once more to hand over an e-invoice that was not taken."""
    from rammevaerk.portal.settlement.operations import handing_over

    handing_over.try_again(document_id, at=timezone.now())


@task()
def make_run(run_id: int) -> None:
    """Make a settlement run."""
    from rammevaerk.portal.settlement.operations import runs

    runs.work(run_id, at=timezone.now())


@task()
def watch_claims(watch_id: int) -> None:
    """Look for help that nobody has billed."""
    from rammevaerk.portal.settlement.operations import claims

    claims.watch(watch_id, at=timezone.now())


@task()
def control_months(ids: list[int]) -> None:
    """Hold what a payer was charged in some months against what it should have been."""
    from rammevaerk.portal.settlement.operations import control

    control.work(ids, at=timezone.now())


@task()
def search_signs(search_id: int) -> None:
    """Look for signs of irregularity."""
    from rammevaerk.portal.settlement.operations import irregularities

    irregularities.work(search_id, at=timezone.now())
