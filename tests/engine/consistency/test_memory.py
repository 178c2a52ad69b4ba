import gc
import weakref

from own_minutes import item, minutes

from rammevaerk.engine.documents.consistency.memory import once_per_document
from rammevaerk.engine.documents.meeting import MeetingDocument


def test_work_is_done_once_for_each_document_and_forgotten_with_it() -> None:
    asked: list[str] = []

    @once_per_document
    def length(document: MeetingDocument) -> int:
        asked.append(document.items[0].title)
        return len(document.lines)

    one, other = minutes(item("Kajer", "Tekst.")), minutes(item("Broer", "Tekst."))
    lengths = [length(one), length(other), length(one)]
    assert lengths == [len(one.lines), len(other.lines), len(one.lines)]
    assert asked == ["Kajer", "Broer"]
    gone = weakref.ref(one)
    del one
    gc.collect()
    assert gone() is None
