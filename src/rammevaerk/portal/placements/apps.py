from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "rammevaerk.portal.placements"
    label = "placements"
    verbose_name = "Indskrivninger"

    def ready(self) -> None:
        from rammevaerk.portal.catalogue import facility_parts, following
        from rammevaerk.portal.common.navigation import Room, register_room
        from rammevaerk.portal.placements.operations.following import PlacementFollower
        from rammevaerk.portal.placements.queries import (
            may_manage_terms,
            may_read_placements,
            may_read_templates,
        )
        from rammevaerk.portal.placements.views.facility_section import section_of

        register_room(
            Room("/tilbud/", 20, "Indskrivninger", "placements:placements", may_read_placements)
        )
        register_room(
            Room("/tilbud/", 30, "Kontrakter", "placements:contracts", may_read_templates)
        )
        register_room(
            Room("/tilbud/", 40, "Afregningsvilkår", "placements:terms", may_manage_terms)
        )
        following.register(PlacementFollower())
        facility_parts.register_section("placements", section_of)
