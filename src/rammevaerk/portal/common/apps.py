from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CommonConfig(AppConfig):
    name = "rammevaerk.portal.common"
    label = "common"

    def ready(self) -> None:
        from rammevaerk.portal.common import append_only, no_overlap

        # Each app's migrate ends with its triggers in place, also where SQLite rebuilt a table.
        post_migrate.connect(append_only.install_triggers, dispatch_uid="common.append_only")
        post_migrate.connect(no_overlap.install_triggers, dispatch_uid="common.no_overlap")
