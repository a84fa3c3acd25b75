"""What an erasure leaves, with the rule that says so, and whom it is not about (P-6)."""

KEPT = {
    "bookings.Payment.stripe_payment_intent_id": "ledger: the provider's notices name it (PY-4)",
    "bookings.Payment.stripe_charge_id": "ledger: disputes name it (PY-3)",
    "bookings.Payment.stripe_refund_id": "ledger: refunds name it (PY-7)",
    "bookings.ReservationHold.payment_intent_id": "ledger: late money names it (H-6)",
    "bookings.Review.review_ref": "the platform's key of a public review: without it the review came again",
    "communications.CallRecording.rc_call_id": "the provider's key: without it the call came again",
    "communications.CallRecording.rc_recording_id": "the provider's key: a recording would be fetched anew",
    "integra.CallSession.ringcentral_call_id": "the provider's key: without it the call came again",
    "integra.PaymentEvent.provider_id": "ledger: frozen (PY-8)",
    "newsletter.Suppression.contact_bidx": "suppressions stay, as a hash (P-6)",
    "newsletter.ConsentRecord.contact_bidx": "consent ledger stays, as a hash (P-6)",
    "newsletter.ConsentRecord.evidence": "consent ledger stays (P-6)",
    "newsletter.ConsentRecord.ip_hash": "consent ledger stays, as a hash (P-6)",
    "newsletter.ConsentRecord.user_agent": "consent ledger stays (P-6)",
    "newsletter.ContactLog.contact_bidx": "hash alone, 90 days (section 14)",
    "identity.StationAuditLog.ip_hash": "audit log, append-only, 1 095 days (P-7)",
    "identity.StationAuditLog.reason": "audit log, append-only, 1 095 days (P-7)",
    "identity.StationAuditLog.user_agent": "audit log, append-only, 1 095 days (P-7)",
    "events.InboxMessage.payload": "sealed, names nobody outside it, 180 days (section 14)",
    "integra.SocialInboxMessage.payload": "sealed, names nobody outside it, 180 days (section 14)",
}
"""Personal columns that an erasure leaves, and the rule that says so."""

NOT_CUSTOMERS = {
    "bookings.Chef": "chefs",
    "bookings.SocialPage": "our own pages",
    "supply.ChatMessage": "suppliers and consumers",
    "supply.Complaint": "suppliers and consumers",
    "supply.Notification": "suppliers and consumers",
}
"""Tables with personal columns that hold nothing about customers, and whom they are about."""
