"""Marketing: QR codes and their scans (schema marketing)."""
