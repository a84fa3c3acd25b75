"""Who a person is: one customer row and what hangs on it, or all rows of an account's e-mail (P-5)."""

from bookings.models import Customer
from common.crypto.blind_index import blind_indexes
from common.crypto.tombstone import is_tombstone
from events.subjects import Subject
from identity.models import User
from identity.selectors.contacts import find_customer_accounts


def subject_of(customer: Customer, *, verified: bool) -> Subject:
    """Return the person behind one customer row; `verified`: only accounts whose owner proved the e-mail.

    An erased customer is known by key alone.
    """
    email, phone = str(customer.email), str(customer.phone)
    if is_tombstone(email):
        return Subject(customers=frozenset({customer.pk}))
    return Subject(
        customers=frozenset({customer.pk}),
        accounts=find_customer_accounts(email, verified=verified),
        emails=tuple(blind_indexes(email, kind="email")),
        phones=tuple(blind_indexes(phone, kind="phone")),
    )


def subject_behind(user: User) -> Subject:
    """Return the person behind an account: with a verified e-mail all its customer rows, else the account."""
    if user.email_verified_at is None:
        return Subject(accounts=frozenset({user.pk}))
    emails = tuple(blind_indexes(user.email, kind="email"))
    customers = list(Customer.objects.filter(email_bidx__in=emails))
    phones = {str(customer.phone) for customer in customers}
    return Subject(
        customers=frozenset(customer.pk for customer in customers),
        accounts=frozenset({user.pk}),
        emails=emails,
        phones=tuple(index for phone in sorted(phones) for index in blind_indexes(phone, kind="phone")),
    )
