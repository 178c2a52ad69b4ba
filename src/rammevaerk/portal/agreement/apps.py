from django.apps import AppConfig


class AgreementConfig(AppConfig):
    name = "rammevaerk.portal.agreement"
    label = "agreement"
    verbose_name = "Aftale"

    def ready(self) -> None:
        from rammevaerk.portal.agreement.queries import (
            edition_switch,
            last_day_of_edition,
            may_read_editions,
        )
        from rammevaerk.portal.common import navigation
        from rammevaerk.portal.meetings import terms

        navigation.register(
            navigation.Entry(20, "Aftale", "agreement:editions", "/aftale/", may_read_editions)
        )
        navigation.register_editions(edition_switch)
        terms.register(last_day_of_edition)
