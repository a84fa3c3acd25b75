"""Django's admin application with the site of the house."""

from django.contrib.admin.apps import AdminConfig


class HouseAdminConfig(AdminConfig):
    default_site = "config.admin_site.MyHibachiAdminSite"

    def ready(self) -> None:
        """Register the pages, then tell `User.has_perm` which codes stand behind them."""
        super().ready()
        # Models are not loaded before this point.
        from django.contrib import admin  # noqa: PLC0415 -- see above
        from django.contrib.auth.models import Group  # noqa: PLC0415 -- see above
        from procrastinate.contrib.django.models import ProcrastinateJob  # noqa: PLC0415 -- see above

        from common.admin.scoping import ScopedAdmin  # noqa: PLC0415 -- see above
        from identity.permissions import ModelRights, model_rights  # noqa: PLC0415 -- see above

        # Rights come from roles and links; Django's groups give none.
        admin.site.unregister(Group)
        # No code opens the queue's own page, and it would count the whole table.
        admin.site.unregister(ProcrastinateJob)
        for model, page in admin.site._registry.items():  # noqa: SLF001 -- Django offers no other way to list it
            if isinstance(page, ScopedAdmin):
                codes = page.codes
                rights = ModelRights(
                    model=model._meta.label_lower,
                    view=codes.view or None,
                    add=codes.add or None,
                    change=codes.change or None,
                    delete=codes.delete or None,
                )
                model_rights.register(model._meta.app_label, rights)
