from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "rammevaerk.portal.access"
    label = "access"
    verbose_name = "Adgang"
