"""Time and memory to write an agenda of 60 items: `python bench/agenda_pdf.py [items]`."""

import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "exchange" / "agenda_documents"))

from agenda_texts import long_agenda

from rammevaerk.exchange.agenda_documents import pdf, word


def main(items: int) -> None:
    """Write the agenda three times in each form; the limit that was promised is 3 seconds."""
    document = long_agenda(items)
    for name, write in (("PDF", pdf.write), ("Word", word.write)):
        seconds = []
        for _ in range(3):
            begun, worked = time.perf_counter(), time.process_time()
            content = write(document)
            seconds.append((time.perf_counter() - begun, time.process_time() - worked))
        shown = ", ".join(f"{taken:.2f} ({work:.2f})" for taken, work in seconds)
        size = len(content) // 1024
        sys.stdout.write(f"{name}: {items} items, {size} kB, {shown} seconds (of work)\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"Most memory held: {peak} MB\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
