from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "rammevaerk.portal.settlement"
    label = "settlement"
    verbose_name = "Afregning"

    def ready(self) -> None:
        from rammevaerk.portal.common import navigation
        from rammevaerk.portal.placements import location_numbers
        from rammevaerk.portal.settlement.queries import (
            may_buy,
            may_read_invoices,
            may_read_settlements,
            may_see_signs,
        )
        from rammevaerk.portal.settlement.queries.location_numbers import (
            location_numbers as numbers,
        )

        location_numbers.register(numbers)
        navigation.register_room(
            navigation.Room("/oekonomi/", 20, "Afregning", "settlement:runs", may_read_settlements)
        )
        navigation.register_room(
            navigation.Room("/oekonomi/", 30, "Regninger", "settlement:invoices", may_read_invoices)
        )
        navigation.register_room(
            navigation.Room("/oekonomi/", 40, "Køb og kontrol", "settlement:buying", may_buy)
        )
        navigation.register_room(
            navigation.Room(
                "/oekonomi/", 50, "Uregelmæssigheder", "settlement:signs", may_see_signs
            )
        )
