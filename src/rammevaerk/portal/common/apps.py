from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CommonConfig(AppConfig):
    name = "rammevaerk.portal.common"
    label = "common"

    def ready(self) -> None:
        from rammevaerk.portal.common.append_only import install_triggers

        # Each app's migrate ends with its triggers in place, also where SQLite rebuilt a table.
        post_migrate.connect(install_triggers, dispatch_uid="common.append_only")
