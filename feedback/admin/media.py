"""Pictures and videos of reviews, to be read."""

from django.contrib import admin
from django.template.defaultfilters import filesizeformat
from django.utils.safestring import SafeString

from common.admin.codes import AdminCodes
from common.admin.display import badge
from common.admin.options import ReadOnlyAdmin
from common.admin.theme import ChoicesFilter
from feedback.enums import MediaStatus
from feedback.models import ReviewMedia

TONES = {MediaStatus.COMPLETED: "success", MediaStatus.FAILED: "danger", MediaStatus.PROCESSING: "info"}


@admin.register(ReviewMedia)
class ReviewMediaAdmin(ReadOnlyAdmin[ReviewMedia]):
    codes = AdminCodes(view="review.read")
    station_lookups = ("review__station",)
    list_select_related = ("review__booking",)
    list_display = ("reference", "display_order", "media_type", "content_type", "size", "state", "created_at")
    list_filter = (("media_type", ChoicesFilter), ("processing_status", ChoicesFilter))
    search_fields = ("=review__booking__reference",)
    search_help_text = "Booking reference"
    fieldsets = (
        (None, {"fields": ("reference", "review", "display_order", "media_type", "state")}),
        ("File", {"fields": ("original_filename", "content_type", "size", ("width", "height"))}),
        ("Stored as", {"fields": ("original_key", "optimized_key", "thumbnail_key")}),
        ("Processing", {"fields": ("processed_at", "processing_error", "created_at")}),
    )

    @admin.display(description="Booking", ordering="review__booking__reference")
    def reference(self, media: ReviewMedia) -> str:
        return str(media.review.booking.reference)

    @admin.display(description="Size", ordering="file_size_bytes")
    def size(self, media: ReviewMedia) -> str:
        return filesizeformat(media.file_size_bytes)

    @admin.display(description="Status", ordering="processing_status")
    def state(self, media: ReviewMedia) -> SafeString:
        return badge(media.get_processing_status_display(), TONES.get(media.processing_status, "default"))
