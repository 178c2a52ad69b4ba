from django.apps import AppConfig


class TariffsConfig(AppConfig):
    name = "rammevaerk.portal.tariffs"
    label = "tariffs"
    verbose_name = "Økonomi"

    def ready(self) -> None:
        from rammevaerk.portal.catalogue import following, prices
        from rammevaerk.portal.common import navigation
        from rammevaerk.portal.tariffs.calculate.findings import file_finder
        from rammevaerk.portal.tariffs.files import register_finder
        from rammevaerk.portal.tariffs.operations.following import TariffFollower
        from rammevaerk.portal.tariffs.queries import may_read_tariffs
        from rammevaerk.portal.tariffs.queries.shown_prices import day_prices, price_texts

        navigation.register(
            navigation.Entry(50, "Økonomi", "tariffs:overview", "/oekonomi/", may_read_tariffs)
        )
        navigation.register_room(
            navigation.Room(
                "/oekonomi/", 10, "Takster og økonomi", "tariffs:overview", may_read_tariffs
            )
        )
        prices.register(day_prices, price_texts)
        following.register(TariffFollower())
        register_finder(file_finder)
