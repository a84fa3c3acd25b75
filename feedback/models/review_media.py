"""Pictures and videos that came with a review (RV-2)."""

from django.db import models
from django.db.models import Q

from common.db import table
from common.fields import EnumField
from common.models import TimestampedModel
from common.privacy import Classification
from feedback.enums import MediaStatus, MediaType
from feedback.models.customer_review import CustomerReview

MAX_FILES = 5
MAX_IMAGE_BYTES = 10 * 1024**2
MAX_VIDEO_BYTES = 100 * 1024**2


class ReviewMedia(TimestampedModel):
    """A file of a review: at most five, an image up to 10 MB, a video up to 100 MB."""

    privacy = Classification(
        public="review media_type processing_status content_type file_size_bytes width height "
        "display_order processed_at processing_error",
        personal="original_filename original_key optimized_key thumbnail_key",
    )

    review = models.ForeignKey(
        CustomerReview,
        on_delete=models.CASCADE,
        related_name="review_media",
        db_index=False,
        help_text="The review it came with.",
    )
    media_type = EnumField(MediaType, help_text="Image or video.")
    processing_status = EnumField(
        MediaStatus, default=MediaStatus.PENDING, help_text="Whether smaller copies are made yet."
    )
    original_filename = models.CharField(max_length=255, help_text="Name of the file as it was uploaded.")
    content_type = models.CharField(max_length=100, help_text="MIME type, such as image/jpeg.")
    file_size_bytes = models.PositiveIntegerField(default=0, db_default=0, help_text="Size in bytes.")
    original_key = models.CharField(max_length=500, help_text="Where the uploaded file is stored.")
    optimized_key = models.CharField(
        max_length=500, null=True, blank=True, help_text="Where the copy for the web is stored."
    )
    thumbnail_key = models.CharField(
        max_length=500, null=True, blank=True, help_text="Where the small preview is stored."
    )
    width = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Width in pixels.")
    height = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Height in pixels.")
    display_order = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Place among the files of the review, from 0 to 4."
    )
    processed_at = models.DateTimeField(null=True, blank=True, help_text="When the copies were ready.")
    processing_error = models.TextField(null=True, blank=True, help_text="Why making the copies failed.")

    class Meta:
        db_table = table("feedback", "review_media")
        verbose_name_plural = "review media"
        constraints = [
            models.UniqueConstraint(fields=["review", "display_order"], name="uq_review_media_order"),
            models.CheckConstraint(
                condition=Q(display_order__lte=MAX_FILES - 1), name="ck_review_media_order"
            ),
            models.CheckConstraint(
                condition=Q(file_size_bytes__lte=MAX_IMAGE_BYTES)
                | Q(media_type=MediaType.VIDEO, file_size_bytes__lte=MAX_VIDEO_BYTES),
                name="ck_review_media_size",
            ),
        ]
