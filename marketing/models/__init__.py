from marketing.models.qr_code import QrCode
from marketing.models.qr_scan import QrScan

__all__ = ["QrCode", "QrScan"]
