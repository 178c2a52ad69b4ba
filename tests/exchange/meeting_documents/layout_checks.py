"""Compares what was read with what a layout holds."""

from layouts_expected import Expected

from rammevaerk.engine.documents.meeting import MeetingDocument


def differences(document: MeetingDocument, expected: Expected) -> list[str]:
    """Say, fact by fact, where a document was read otherwise than it stands; [] when nowhere."""
    items = {item.number: item for item in document.items}
    empty: dict[str, list[str]] = {}
    pairs = {
        "kind": (document.kind.value, expected.kind),
        "body": (document.body, expected.body),
        "day": (str(document.day), expected.day),
        "place": (document.place, expected.place),
        "participants": (list(document.participants), expected.participants),
        "absent": (list(document.absent), expected.absent),
        "sections": (
            {
                part.title: [(item.number, item.title) for item in part.items]
                for part in document.sections
            },
            expected.sections,
        ),
        "presenters": (
            {number: list(item.presenters) for number, item in items.items() if item.presenters},
            expected.presenters or empty,
        ),
        "points": (
            {
                number: len(item.recommendation)
                for number, item in items.items()
                if item.recommendation
            },
            expected.points,
        ),
        "annexes": (
            {
                number: [annex.number for annex in item.annexes]
                for number, item in items.items()
                if item.annexes
            },
            expected.annexes,
        ),
        "closed": ([number for number, item in items.items() if item.closed], expected.closed),
        "tables": ([len(table.rows) for table in document.tables], expected.tables),
        "decided": (
            {number for number, item in items.items() if item.decision},
            set(expected.decisions),
        ),
    }
    wrong = [
        f"{name}: {found} != {wanted}" for name, (found, wanted) in pairs.items() if found != wanted
    ]
    for number, start in expected.decisions.items():
        decision = items[number].decision if number in items else ""
        if not decision.startswith(start):
            wrong.append(f"decision of {number}: {decision[:40]!r}")
    return wrong
