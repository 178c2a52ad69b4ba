from django.urls import path

from rammevaerk.portal.access import views

app_name = "access"
urlpatterns = [
    path("log-ind/", views.log_in, name="log_in"),
    path("log-ud/", views.log_out, name="log_out"),
    path("skift-rolle/", views.switch_assignment, name="switch_assignment"),
    path("adgangskode/", views.password_change, name="password_change"),
    path("organisationer/", views.organisation_list, name="organisations"),
    path("organisationer/<slug:key>/", views.organisation_detail, name="organisation_detail"),
    path("organisationer/<slug:key>/ny-rolle/", views.person_add, name="person_add"),
    path("roller/<int:assignment_id>/afslut/", views.role_end, name="role_end"),
    path("roller/<int:assignment_id>/adgangskode/", views.person_password, name="person_password"),
    path("revisionsspor/", views.audit_list, name="audit"),
    path("revisionsspor/<int:sequence>/", views.audit_detail, name="audit_detail"),
]
