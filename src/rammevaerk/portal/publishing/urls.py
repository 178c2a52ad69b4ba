from django.urls import path

from rammevaerk.portal.publishing import views

app_name = "publishing"
urlpatterns = [
    path("", views.home, name="home"),
    path("tilgaengelighed/", views.accessibility, name="accessibility"),
    path("privatliv/", views.privacy, name="privacy"),
]
