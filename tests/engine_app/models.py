from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower, Now

from common.db import table


class Kind(models.Model):
    name = models.CharField(max_length=40, unique=True)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")

    class Meta:
        db_table = table("engine_depot", "kinds")


class Label(models.Model):
    text = models.CharField(max_length=40)

    class Meta:
        db_table = table("engine_shop", "labels")


class DepotItem(models.Model):
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="depot_items")
    code = models.CharField(max_length=40, unique=True, db_comment="printed on the box")
    added_at = models.DateTimeField(db_default=Now())
    details = models.JSONField(default=dict)
    amount = models.IntegerField(default=0)
    doubled = models.GeneratedField(
        expression=models.F("amount") * 2, output_field=models.IntegerField(), db_persist=True
    )
    is_active = models.BooleanField(default=True)
    labels = models.ManyToManyField(Label, related_name="depot_items")

    class Meta:
        db_table = table("engine_depot", "items")
        db_table_comment = "what lies in the depot"
        indexes = (
            models.Index(fields=["amount"], name="ix_depot_items_amount"),
            models.Index(Lower("code"), name="ix_depot_items_lower"),
            GinIndex(fields=["details"], name="ix_depot_items_details", opclasses=["jsonb_path_ops"]),
            models.Index(fields=["kind"], include=["amount"], name="ix_depot_items_covering"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "amount"], condition=models.Q(is_active=True), name="uq_depot_items_active"
            ),
            models.UniqueConstraint(
                fields=["kind", "code"], nulls_distinct=False, name="uq_depot_items_nulls"
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="ck_depot_items_amount"),
        )


class ShopItem(models.Model):
    """Has the name of another schema's table."""

    depot_item = models.ForeignKey(DepotItem, models.CASCADE, related_name="shop_items")
    kind = models.ForeignKey(Kind, models.RESTRICT, null=True, related_name="shop_items")
    code = models.CharField(max_length=40, unique=True)
    replaced_by = models.ForeignKey("self", models.SET_NULL, null=True, related_name="replaces")
    labels = models.ManyToManyField(Label, related_name="shop_items")

    class Meta:
        db_table = table("engine_shop", "items")


class Remark(models.Model):
    """Lives where the search_path says."""

    shop_item = models.ForeignKey(ShopItem, models.DO_NOTHING, related_name="remarks")
    kind = models.ForeignKey(  # type: ignore[misc]  # the plugin reads db_default as NOT NULL
        Kind, models.SET_DEFAULT, default=1, db_default=1, null=True, related_name="remarks"
    )
    other_kind = models.ForeignKey(Kind, models.SET_DEFAULT, default=None, null=True, related_name="+")
    text = models.TextField(default="")

    class Meta:
        db_table = "engine_remarks"
