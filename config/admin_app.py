"""Django's admin application with the site of the house."""

from django.contrib.admin.apps import AdminConfig


class HouseAdminConfig(AdminConfig):
    default_site = "config.admin_site.MyHibachiAdminSite"
