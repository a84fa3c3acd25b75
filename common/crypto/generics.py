"""Django's fields with type parameters, which they have in their stubs alone."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    SetT_contra = TypeVar("SetT_contra", contravariant=True, default=Any)
    GetT_co = TypeVar("GetT_co", covariant=True, default=Any)

    class MixinField(models.Field[SetT_contra, GetT_co]):
        """`EncryptedMixin`, which carries no types; it is a Field."""

    class TextField(models.TextField[SetT_contra, GetT_co]): ...

    class CharField(models.CharField[SetT_contra, GetT_co]): ...

    class EmailField(models.EmailField[SetT_contra, GetT_co]): ...

    class JSONField(models.JSONField[SetT_contra, GetT_co]):
        _pyi_private_set_type: Any
        _pyi_private_get_type: Any

    class BinaryField(models.BinaryField[SetT_contra, GetT_co]):
        _pyi_private_set_type: bytes | None
        _pyi_private_get_type: bytes | None  # type: ignore[assignment]  # BlindIndexField implies null=True
else:
    from django_cryptography.fields import EncryptedMixin

    SetT_contra = GetT_co = None

    class _Subscriptable:
        def __class_getitem__(cls, _types: object) -> type:
            return cls

    class MixinField(_Subscriptable, EncryptedMixin): ...

    class TextField(_Subscriptable, models.TextField): ...

    class CharField(_Subscriptable, models.CharField): ...

    class EmailField(_Subscriptable, models.EmailField): ...

    class JSONField(_Subscriptable, models.JSONField): ...

    class BinaryField(_Subscriptable, models.BinaryField): ...
