"""What a scanned code means: a pure function of the code, the region and today's date."""

from appliance.core.barcode.decode import decode
from appliance.core.barcode.restricted import REGIONS
from appliance.core.barcode.result import Decoded, Kind
from appliance.core.barcode.shop_rules import RuleKind, ShopRule, ValueCheck

__all__ = ["REGIONS", "Decoded", "Kind", "RuleKind", "ShopRule", "ValueCheck", "decode"]
