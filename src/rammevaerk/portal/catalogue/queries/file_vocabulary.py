"""The catalogue's words as files use them: lists of labels, and the national vocabularies."""

from rammevaerk.portal.catalogue.models import Paragraph, Service, TargetGroup
from rammevaerk.portal.catalogue.models.facilities import Ownership
from rammevaerk.portal.catalogue.models.vocabulary import Audience


def fixed_lists() -> dict[str, list[tuple[str, str]]]:
    """Ownership, setting and audience as (key, Danish)."""
    lists = {"ownership": Ownership, "setting": Service.Setting, "audience": Audience}
    return {name: [(key, str(label)) for key, label in one.choices] for name, one in lists.items()}


def national_words() -> dict[str, list[str]]:
    """Paragraphs and target groups of all times; they are national and open to everybody."""
    return {
        "Lovgrundlag": [str(one) for one in Paragraph.objects.all()],
        "Målgrupper": [str(one) for one in TargetGroup.objects.all()],
    }
