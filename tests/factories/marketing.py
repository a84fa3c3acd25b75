"""QR codes and their scans."""

from factory import Sequence, SubFactory
from factory.django import DjangoModelFactory

from marketing.enums import QrCodeType
from marketing.models import QrCode, QrScan
from tests.factories.identity import StationFactory


class QrCodeFactory(DjangoModelFactory):
    """A flyer of a station."""

    class Meta:
        model = QrCode

    station = SubFactory(StationFactory)
    code = Sequence(lambda n: f"FLYER{n:04}")
    type = QrCodeType.FLYER
    name = "Spring flyer"
    destination_url = "/quote"


class QrScanFactory(DjangoModelFactory):
    """A scan by a visitor of its own."""

    class Meta:
        model = QrScan

    qr_code = SubFactory(QrCodeFactory)
    session_id = Sequence(lambda n: f"{n:064x}")
