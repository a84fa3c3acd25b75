from feedback.models.customer_review import CustomerReview
from feedback.models.discount_coupon import DiscountCoupon
from feedback.models.review_escalation import ReviewEscalation
from feedback.models.review_media import ReviewMedia

__all__ = ["CustomerReview", "DiscountCoupon", "ReviewEscalation", "ReviewMedia"]
