"""The theme's base classes under one name: django-unfold at run time, Django's own typed ones for mypy."""

from typing import TYPE_CHECKING

from unfold.enums import ActionVariant
from unfold.widgets import CHECKBOX_CLASSES, INPUT_CLASSES

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite as ThemeSite
    from django.contrib.admin import BooleanFieldListFilter as BooleanFilter
    from django.contrib.admin import ChoicesFieldListFilter as ChoicesFilter
    from django.contrib.admin import DateFieldListFilter as DateRangeFilter
    from django.contrib.admin import ModelAdmin as ThemeModelAdmin
    from django.contrib.admin import RelatedFieldListFilter as ThemeRelatedFilter
    from django.contrib.admin import TabularInline as ThemeTabularInline
    from django.contrib.admin.forms import AdminAuthenticationForm as ThemeAuthenticationForm
    from django.forms import CheckboxSelectMultiple as ThemeCheckboxes
    from django.forms import ModelForm as TypedModelForm
else:
    from datetime import date, datetime, time, timedelta
    from typing import Any

    from django.db.models import DateTimeField, QuerySet
    from django.forms import ModelForm
    from django.http import HttpRequest
    from django.utils import timezone
    from unfold.admin import ModelAdmin as UnfoldModelAdmin
    from unfold.admin import TabularInline as UnfoldTabularInline
    from unfold.contrib.filters.admin import BooleanRadioFilter, RangeDateFilter
    from unfold.contrib.filters.admin import ChoicesDropdownFilter as ChoicesFilter
    from unfold.contrib.filters.admin import RelatedDropdownFilter as ThemeRelatedFilter
    from unfold.forms import AuthenticationForm as ThemeAuthenticationForm
    from unfold.sites import UnfoldAdminSite as ThemeSite
    from unfold.utils import parse_date_str
    from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget as ThemeCheckboxes

    ENDS, DAY = ("from", "to"), timedelta(days=1)

    def midnight(day: date) -> datetime:
        return timezone.make_aware(datetime.combine(day, time.min))

    class DateRangeFilter(RangeDateFilter):
        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
            if not isinstance(self.field, DateTimeField):
                return super().queryset(request, queryset)
            # Whole days of the page's time zone; the theme would compare with naive midnights.
            first, last = (
                parse_date_str(self.used_parameters.get(f"{self.field_path}_{end}")) for end in ENDS
            )
            if first:
                queryset = queryset.filter(**{f"{self.field_path}__gte": midnight(first)})
            return queryset.filter(**{f"{self.field_path}__lt": midnight(last + DAY)}) if last else queryset

    class BooleanFilter(BooleanRadioFilter):
        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            # "All" arrives as an empty value, which Django's own filter takes for a mistake.
            return super().queryset(request, queryset) if self.value() else queryset

    class ThemeModelAdmin(UnfoldModelAdmin):
        def __class_getitem__(cls, _model: object) -> type:
            return cls

    class ThemeTabularInline(UnfoldTabularInline):
        def __class_getitem__(cls, _models: object) -> type:
            return cls

    class TypedModelForm(ModelForm):
        def __class_getitem__(cls, _model: object) -> type:
            return cls


CHECKBOX_STYLE, INPUT_STYLE = " ".join(CHECKBOX_CLASSES), " ".join(INPUT_CLASSES)

__all__ = [
    "CHECKBOX_STYLE",
    "INPUT_STYLE",
    "ActionVariant",
    "BooleanFilter",
    "ChoicesFilter",
    "DateRangeFilter",
    "ThemeAuthenticationForm",
    "ThemeCheckboxes",
    "ThemeModelAdmin",
    "ThemeRelatedFilter",
    "ThemeSite",
    "ThemeTabularInline",
    "TypedModelForm",
]
