"""Run alone, in a database of its own: one e-invoice handed over by three at once, told as JSON."""

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import django

MANY = 3
SLOW = 0.5


class Receiver(BaseHTTPRequestHandler):
    """Takes its time, so that whoever does not wait for the other is seen."""

    def do_POST(self) -> None:
        self.server.taken.append(self.headers["Idempotency-Key"])  # type: ignore[attr-defined]
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(SLOW)
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        return


def main() -> None:
    here = Path(__file__).parent
    sys.path[:0] = [str(here), str(here.parent)]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.taken = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.environ["RAMMEVAERK_INVOICE_HAND_OVER"] = f"http://127.0.0.1:{server.server_port}/"
    django.setup()
    from at_once import at_once
    from django.core.exceptions import ValidationError
    from invoice_samples import AT, agreed_run, officer, party
    from world import build_world

    from rammevaerk.portal.settlement.models import HandOver
    from rammevaerk.portal.settlement.operations.documents import make_document
    from rammevaerk.portal.settlement.operations.handing_over import hand_over_document
    from rammevaerk.portal.settlement.operations.issuing import issue_agreed

    by = officer(build_world())
    run = agreed_run(payers=1)
    party("kunde-1", 1, format="peppol")
    [invoice] = issue_agreed(run, by=by, at=AT).invoices
    document = make_document(invoice, by=by, at=AT)
    came = at_once(*[lambda: hand_over_document(document, by=by, at=AT).receipt] * MANY)
    told = [" ".join(one.messages) if isinstance(one, ValidationError) else one for one in came]
    made = HandOver.objects.filter(document=document)
    rows = list(made.values_list("attempt", "outcome"))
    json.dump({"sent": len(server.taken), "rows": rows, "told": sorted(told)}, sys.stdout)  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
