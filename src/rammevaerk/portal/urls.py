from django.urls import include, path

urlpatterns = [
    path("", include("rammevaerk.portal.publishing.urls")),
    path("", include("rammevaerk.portal.access.urls")),
    path("moeder/", include("rammevaerk.portal.meetings.urls")),
    path("aftale/", include("rammevaerk.portal.agreement.urls")),
    path("tilbud/", include("rammevaerk.portal.placements.urls")),
    path("oekonomi/", include("rammevaerk.portal.settlement.urls")),
    path("tilbud/", include("rammevaerk.portal.catalogue.urls")),
    path("oekonomi/", include("rammevaerk.portal.tariffs.urls")),
]
