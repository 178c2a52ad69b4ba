"""What a process that answers pages does about memory when it has started."""

import gc

from django.urls import get_resolver

_NEW_OBJECTS = 50_000


def keep_what_is_loaded() -> None:
    """Leave what was loaded at the start out of every later search for garbage.

    Code, models and addresses live as long as the process. Looking through them again costs
    every tenth page or so a tenth of a second.
    """
    # Reading the addresses loads all views and what they use.
    _loaded = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    # A settlement of a region makes a million objects that all stay until it is done; a search at
    # every 700th of them is a third of its time.
    gc.set_threshold(_NEW_OBJECTS)
