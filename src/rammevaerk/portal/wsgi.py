"""The WSGI application that the server calls."""

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rammevaerk.portal.settings")
application = get_wsgi_application()

# After the settings, and beside the server: it may answer at once.
from rammevaerk.portal.common.readiness import make_ready  # noqa: E402

Thread(target=make_ready, name="make-ready").start()
