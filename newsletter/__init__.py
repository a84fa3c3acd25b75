"""Newsletter: subscribers, campaigns, templates, SMS queue, consents, suppressions (schema newsletter)."""
