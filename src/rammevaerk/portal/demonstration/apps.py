from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    name = "rammevaerk.portal.demonstration"
    label = "demonstration"
    verbose_name = "Demonstration"
