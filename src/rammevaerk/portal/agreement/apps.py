from django.apps import AppConfig


class AgreementConfig(AppConfig):
    name = "rammevaerk.portal.agreement"
    label = "agreement"
    verbose_name = "Aftale"

    def ready(self) -> None:
        from rammevaerk.portal.agreement.queries import edition_switch, may_read_editions
        from rammevaerk.portal.common import navigation

        navigation.register(
            navigation.Entry(20, "Aftale", "agreement:editions", "/aftale/", may_read_editions)
        )
        navigation.register_editions(edition_switch)
