from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "rammevaerk.portal.publishing"
    label = "publishing"
    verbose_name = "Overblik"

    def ready(self) -> None:
        from rammevaerk.portal.common import navigation

        navigation.register(
            navigation.Entry(10, "Overblik", "publishing:home", "/", lambda request: True)
        )
