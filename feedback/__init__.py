"""Feedback: customer reviews, their media and escalations, discount coupons (schema feedback)."""
