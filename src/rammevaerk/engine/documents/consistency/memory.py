"""What several rules need of one document, worked out once and kept as long as the document."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from rammevaerk.engine.documents.meeting import MeetingDocument

T = TypeVar("T")


def once_per_document(work: Callable[[MeetingDocument], T]) -> Callable[[MeetingDocument], T]:
    """Remember what `work` returns for each document; it must be something nobody changes.

    Nothing is kept of a document that is gone.
    """
    kept: WeakKeyDictionary[MeetingDocument, T] = WeakKeyDictionary()

    @wraps(work)
    def remembered(document: MeetingDocument) -> T:
        if document not in kept:
            kept[document] = work(document)
        return kept[document]

    return remembered
