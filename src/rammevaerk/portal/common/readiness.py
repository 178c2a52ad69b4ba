"""What a process that answers pages does once, before somebody has to wait for it."""

from rammevaerk.portal.common.drawing import start_renderer
from rammevaerk.portal.common.memory import keep_what_is_loaded


def make_ready() -> None:
    """Load every page's code and set it aside, and start the renderer of charts."""
    keep_what_is_loaded()
    start_renderer()
