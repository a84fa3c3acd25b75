from django.contrib.auth.hashers import BCryptSHA256PasswordHasher


class BCryptSHA256Cost12(BCryptSHA256PasswordHasher):
    """AU-6: BCrypt over SHA-256 at cost 12, pinned so that a Django upgrade cannot move it unseen."""

    rounds = 12
