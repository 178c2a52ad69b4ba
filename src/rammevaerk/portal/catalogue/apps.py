from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "rammevaerk.portal.catalogue"
    label = "catalogue"
    verbose_name = "Tilbud"

    def ready(self) -> None:
        from rammevaerk.portal.catalogue import facility_parts
        from rammevaerk.portal.catalogue.queries import may_read_facilities
        from rammevaerk.portal.catalogue.views.chain import happenings_of, section_of
        from rammevaerk.portal.common import navigation

        navigation.register(
            navigation.Entry(40, "Tilbud", "catalogue:facilities", "/tilbud/", may_read_facilities)
        )
        navigation.register_room(
            navigation.Room("/tilbud/", 10, "Tilbud", "catalogue:facilities", may_read_facilities)
        )
        facility_parts.register_section("succession", section_of)
        facility_parts.register_history("succession", happenings_of)
