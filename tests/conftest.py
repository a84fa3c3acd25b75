"""Fixtures that every room of the suite shares."""
