"""What of received invoices and signs of irregularity waits for somebody: for the overview."""

from datetime import date, timedelta

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rammevaerk.engine.date_words import date_text_da
from rammevaerk.portal.access.actions import Action
from rammevaerk.portal.access.policy import Actor
from rammevaerk.portal.common.needs import Need
from rammevaerk.portal.settlement.models import ReceivedInvoice
from rammevaerk.portal.settlement.queries.irregularities import open_by_kind
from rammevaerk.portal.settlement.queries.received import seen_received

_SOON = timedelta(days=7)


def control_needs(actor: Actor, *, on: date) -> list[Need]:
    """Received invoices that are not decided about, and signs that nobody has followed up."""
    needs: list[Need] = []
    if actor.scope(Action.INVOICE_CONTROL) is not None:
        needs += _received(actor, on)
    if actor.scope(Action.IRREGULARITY_MANAGE) is not None:
        needs += _signs(actor)
    return needs


def _received(actor: Actor, on: date) -> list[Need]:
    rows = seen_received(actor).filter(state=ReceivedInvoice.State.OPEN).order_by()
    found = rows.aggregate(n=Count("pk"), due=Min("due_on"))
    count, due = found["n"], found["due"]
    if not count:
        return []
    text = ngettext(
        "%(n)s modtaget regning skal kontrolleres",
        "%(n)s modtagne regninger skal kontrolleres",
        count,
    )
    late = due is not None and due < on
    pressing = late or (due is not None and due <= on + _SOON)
    return [
        Need(
            title=text % {"n": count},
            url=f"{reverse('settlement:received')}?tilstand=open",
            kind="late" if late else "warning" if pressing else "awaiting_decision",
            mark=_("Overskredet") if late else _("Kontrol"),
            note=_("Den første skal betales senest %s") % date_text_da(due) if due else "",
        )
    ]


def _signs(actor: Actor) -> list[Need]:
    count = sum(number for _kind, _label, number in open_by_kind(actor))
    if not count:
        return []
    text = ngettext(
        "%(n)s tegn på uregelmæssighed er ikke fulgt op",
        "%(n)s tegn på uregelmæssighed er ikke fulgt op",
        count,
    )
    url = f"{reverse('settlement:signs')}?tilstand=open"
    return [Need(text % {"n": count}, url, "awaiting_decision", _("Opfølgning"))]
