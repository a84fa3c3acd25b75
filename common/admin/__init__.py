"""Admin kit: what every back-office page of the house obeys.

Rows outside the actor's stations do not exist here (lists, search, autocomplete, history, typed URL); rights
are denied unless a permission code opens them; personal data is masked and revealed only with a reason;
state moves through services; nothing is deleted without a reason.
"""
