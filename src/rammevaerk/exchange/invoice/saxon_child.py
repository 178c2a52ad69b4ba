"""The process that runs XSLT 2: a line of JSON in, a line out, and nothing else may be reached.

SaxonC ends its whole process when something goes wrong deep inside it; so it has one of its own.
"""

import json
import os
import resource
import sys
from typing import Any

# No protocol at all, so that neither a document nor a rule can fetch a file or an address.
_PROTOCOLS = ("http://saxon.sf.net/feature/allowedProtocols", "")
_NO_EXTENSIONS = ("http://saxon.sf.net/feature/allow-external-functions", "false")
# Without the lifting of loops, which SaxonC 13.1 cannot do for the rules of OIOUBL 1.17.
_OPTIMISATION = ("http://saxon.sf.net/feature/optimizationLevel", "-l")


def main() -> None:
    """Answer requests until there are no more: {"load": key, "text": …} or {"run": …}."""
    from saxonche import PySaxonProcessor  # a hundred megabytes that only this process bears

    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the library itself prints is no answer
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    processor = PySaxonProcessor(license=False)
    for name, value in (_PROTOCOLS, _NO_EXTENSIONS, _OPTIMISATION):
        processor.set_configuration_property(name, value)
    compiler = processor.new_xslt30_processor()
    sheets: dict[str, Any] = {}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "load" in request:
                sheets[request["load"]] = compiler.compile_stylesheet(
                    stylesheet_text=request["text"]
                )
                answer = {"report": ""}
            else:
                document = processor.parse_xml(xml_text=request["document"])
                report = sheets[request["run"]].transform_to_string(xdm_node=document)
                answer = {"report": report or ""}
        except Exception as error:  # whatever it is, the other side must be told
            answer = {"error": str(error)[:500]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
