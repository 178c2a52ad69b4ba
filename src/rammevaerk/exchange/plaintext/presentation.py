"""The texts of a PowerPoint presentation, slide by slide with their notes and comments."""

from collections.abc import Iterator

from rammevaerk.exchange.package import Package, resolved
from rammevaerk.exchange.plaintext.paragraphs import PartReader
from rammevaerk.exchange.safe_xml import attribute, walk

_MAIN = "ppt/presentation.xml"
_COMPANIONS = {
    "/notesslide": "noter",
    "/comments": "kommentarer",
    "/chart": "diagram",
    "/diagramdata": "figur",
}


def presentation_texts(package: Package, handled: set[str]) -> Iterator[tuple[str, str]]:
    """Yield (Danish place, text) in the order of the show; adds the parts read to `handled`."""
    for number, slide in enumerate(_slides(package), start=1):
        yield from _part_texts(package, slide, f"dias {number}", handled)
        for kind, part in _links(package, slide).values():
            label = next((da for end, da in _COMPANIONS.items() if kind.endswith(end)), None)
            if label and package.has(part):
                yield from _part_texts(package, part, f"dias {number}, {label}", handled)


def _part_texts(
    package: Package, part: str, label: str, handled: set[str]
) -> Iterator[tuple[str, str]]:
    if part not in handled:
        handled.add(part)
        with package.open(part) as source:
            yield from PartReader(label).read(source)


def _slides(package: Package) -> list[str]:
    links = _links(package, _MAIN)
    with package.open(_MAIN) as source:
        ids = [
            next(str(v) for k, v in slide.attrib.items() if str(k).endswith("}id"))
            for _, slide in walk(source, ("end",), ("sldId",))
        ]
    return [links[found][1] for found in ids if found in links and package.has(links[found][1])]


def _links(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Return relationship id → (type in lower case, part it points at)."""
    folder, _, name = part.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels"
    if not package.has(rels):
        return {}
    with package.open(rels) as source:
        return {
            attribute(link, "Id"): (
                attribute(link, "Type").lower(),
                resolved(part, attribute(link, "Target")),
            )
            for _, link in walk(source, ("end",), ("Relationship",))
            if attribute(link, "TargetMode").lower() != "external"
        }
