"""Moments on the Danish clock without a zone: as text, and as days."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from rammevaerk.engine.date_words import date_text_da


def civil(at: datetime) -> datetime:
    """The moment as the Danish clock shows it, to the minute."""
    return timezone.localtime(at).replace(tzinfo=None, second=0, microsecond=0)


def moment_text_da(moment: datetime) -> str:
    """«3. maj 2026 kl. 20.00»."""
    return f"{date_text_da(moment.date())} kl. {moment:%H.%M}"


def day_after(moment: datetime) -> date:
    """The first day that a stay that ends at the moment does not touch."""
    began = datetime.combine(moment.date(), time.min)
    return moment.date() if moment == began else moment.date() + timedelta(days=1)


def midnight(day: date) -> datetime:
    """The moment at which the day begins."""
    return datetime.combine(day, time.min)
